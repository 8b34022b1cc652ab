import { expect, it } from 'vitest';
import { parseCacheLocation } from './cacheLocation';

it.each([
  ['r.example/app:cache', { type: 'registry', attrs: { ref: 'r.example/app:cache' } }],
  ['type=registry,ref=r.example/app', { type: 'registry', attrs: { ref: 'r.example/app' } }],
  ['type=registry,REF=a/b,mode=max', { type: 'registry', attrs: { ref: 'a/b', mode: 'max' } }],
  ['type=s3,"prefix=a,b",name=x', { type: 's3', attrs: { prefix: 'a,b', name: 'x' } }],
  ['type=gha,"scope=say ""hi"""', { type: 'gha', attrs: { scope: 'say "hi"' } }],
  ['type=inline', { type: 'inline', attrs: {} }],
])('reads %s', (text, expected) => {
  expect(parseCacheLocation(text, 'to')).toEqual({ ok: true, value: expected });
});

it.each([
  ['', 'to', 'empty'],
  ['type=registry', 'to', 'needs ref='],
  ['ref=a/b', 'to', 'names no type'],
  ['type=registry,ref', 'to', 'no key=value'],
  ['type=tape,ref=a', 'to', 'no type of cache'],
  ['type=local,dest=/x', 'to', 'not available'],
  ['type=inline', 'from', 'read from its image'],
  ['type=registry,"ref=a', 'from', 'unfinished'],
] as const)('refuses "%s" as cache %s', (text, direction, words) => {
  const location = parseCacheLocation(text, direction);
  expect(location.ok ? '' : location.error).toContain(words);
});
