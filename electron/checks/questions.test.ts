import { expect, test } from 'vitest';
import { platformQuestions } from './questions';

test('the platform goes in by its arguments, which the user’s own come before', () => {
  const attrs = { filename: 'Dockerfile', platform: 'all', 'build-arg:TARGETARCH': 'mine' };
  const { about, conversion } = platformQuestions('dockerfile.v0', attrs, 'linux/arm/v7', 'FROM a');
  expect(about.frontendAttrs).toEqual({
    filename: 'Dockerfile',
    platform: 'linux/arm/v7',
    'build-arg:TARGETPLATFORM': 'linux/arm/v7',
    'build-arg:TARGETOS': 'linux',
    'build-arg:TARGETOSVERSION': '',
    'build-arg:TARGETARCH': 'mine',
    'build-arg:TARGETVARIANT': 'v7',
  });
  expect(conversion!.frontendAttrs).toEqual({ ...attrs, platform: 'linux/arm/v7' });
});

test.each([
  ['# syntax=docker/dockerfile:1\nFROM a', 'dockerfile.v0'],
  ['#!/x\n# syntax = a\nFROM a', 'dockerfile.v0'],
  ['\uFEFF// syntax=a\n', 'dockerfile.v0'],
  ['{ "syntax": "a" }', 'dockerfile.v0'],
  ['FROM a', 'gateway.v0'],
])('a frontend from an image is never asked to convert: %j', (text, frontend) => {
  expect(platformQuestions(frontend, {}, 'linux/amd64', text).conversion).toBeUndefined();
});
