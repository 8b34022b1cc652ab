import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalName, familiarName, parseReference } from './reference';

const sha256 = `sha256:${'a'.repeat(64)}`;
const sha512 = `sha512:${'b'.repeat(128)}`;

describe('parseReference', () => {
  it.each([
    ['alpine', 'docker.io/library/alpine:latest', 'alpine'],
    ['alpine:3.20', 'docker.io/library/alpine:3.20', 'alpine:3.20'],
    ['library/alpine', 'docker.io/library/alpine:latest', 'alpine'],
    ['docker.io/alpine', 'docker.io/library/alpine:latest', 'alpine'],
    ['index.docker.io/a/b', 'docker.io/a/b:latest', 'a/b'],
    ['docker.io/library/a/b', 'docker.io/library/a/b:latest', 'library/a/b'],
    ['grafana/loki', 'docker.io/grafana/loki:latest', 'grafana/loki'],
    ['localhost/app', 'localhost/app:latest', 'localhost/app'],
    ['localhost:5000/app:v1', 'localhost:5000/app:v1', 'localhost:5000/app:v1'],
    ['registry:5000/team/app', 'registry:5000/team/app:latest', 'registry:5000/team/app'],
    ['Registry/app', 'Registry/app:latest', 'Registry/app'],
    ['127.0.0.1:5000/app', '127.0.0.1:5000/app:latest', '127.0.0.1:5000/app'],
    ['[::1]:5000/app', '[::1]:5000/app:latest', '[::1]:5000/app'],
    ['example.com/a-b__c.d/e--f', 'example.com/a-b__c.d/e--f:latest', 'example.com/a-b__c.d/e--f'],
    [`alpine@${sha256}`, `docker.io/library/alpine@${sha256}`, `alpine@${sha256}`],
    [`alpine:3@${sha512}`, `docker.io/library/alpine:3@${sha512}`, `alpine:3@${sha512}`],
    ['localhost', 'docker.io/library/localhost:latest', 'localhost'],
    ['host:5000', 'docker.io/library/host:5000', 'host:5000'],
  ])('accepts %j', (text, canonical, familiar) => {
    const parsed = parseReference(text);
    if (!parsed.ok) throw new Error(parsed.error.message);
    expect(canonicalName(parsed.value)).toBe(canonical);
    expect(familiarName(parsed.value)).toBe(familiar);
  });

  it('tells the parts apart', () => {
    expect(parseReference(`example.com:5000/team/app:v1@${sha256}`)).toEqual({
      ok: true,
      value: { domain: 'example.com:5000', path: 'team/app', tag: 'v1', digest: sha256 },
    });
  });

  it.each([
    ['', 'empty', 'repository name must have at least one component'],
    ['Alpine', 'upper-case', 'invalid reference format: repository name (library/Alpine) must be lowercase'],
    ['team/App:v1', 'upper-case', 'invalid reference format: repository name (team/App) must be lowercase'],
    [
      'a'.repeat(64),
      'identifier',
      `invalid repository name (${'a'.repeat(64)}), cannot specify 64-byte hexadecimal strings`,
    ],
    [`a/${'b'.repeat(254)}`, 'too-long', 'repository name must not be more than 255 characters'],
    ['alpine:', 'format', 'invalid reference format'],
    [':v1', 'format', 'invalid reference format'],
    ['a b', 'format', 'invalid reference format'],
    ['alpine ', 'format', 'invalid reference format'],
    ['a..b', 'format', 'invalid reference format'],
    ['a___b', 'format', 'invalid reference format'],
    ['-a', 'format', 'invalid reference format'],
    ['a//b', 'format', 'invalid reference format'],
    [`alpine:${'t'.repeat(129)}`, 'format', 'invalid reference format'],
    ['alpine:.t', 'format', 'invalid reference format'],
    ['[fe80::1%25eth0]/app', 'format', 'invalid reference format'],
    ['my_registry.io/app', 'format', 'invalid reference format'],
    ['alpine@sha256:abc', 'format', 'invalid reference format'],
    [`alpine@sha256:${'a'.repeat(40)}`, 'digest', 'invalid checksum digest length'],
    [`alpine@sha256:${'A'.repeat(64)}`, 'digest', 'invalid checksum digest format'],
    [`alpine@md5:${'a'.repeat(32)}`, 'digest', 'unsupported digest algorithm'],
    [`alpine@constructor:${'a'.repeat(32)}`, 'digest', 'unsupported digest algorithm'],
  ])('refuses %j', (text, code, message) => {
    expect(parseReference(text)).toEqual({ ok: false, error: { code, message } });
  });
});

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        'docker.io',
        'localhost',
        'a',
        'B',
        '0',
        '/',
        '/',
        ':',
        '@',
        '.',
        '_',
        '-',
        '[::1]',
        '5000',
        sha256,
      ),
      { maxLength: 9 },
    )
    .map((parts) => parts.join('')),
);

it('reads its own canonical and familiar names back as the same image', () => {
  fc.assert(
    fc.property(text, (typed) => {
      const parsed = parseReference(typed);
      if (!parsed.ok) return;
      expect(parseReference(familiarName(parsed.value))).toEqual(parsed);
      const again = parseReference(canonicalName(parsed.value));
      if (!again.ok) throw new Error(again.error.message);
      expect(canonicalName(again.value)).toBe(canonicalName(parsed.value));
    }),
    { numRuns: 1000 },
  );
});

it('takes time in proportion to the text', () => {
  for (const piece of ['a-', 'a.', 'a/', 'a_', '-', 'a', '[:', 'a:']) {
    const started = performance.now();
    parseReference(`${piece.repeat(200_000)}!`);
    expect(performance.now() - started).toBeLessThan(500);
  }
});
