import { expect, it } from 'vitest';
import { stepTitle } from './stepTitle';

const pin = `@sha256:${'a'.repeat(64)}`;
it.each([
  ['[linux/arm64 builder 2/4] RUN make', 'builder 2/4', 'RUN make'],
  ['[2/4] RUN <<EOF (make\n  all)', '2/4', 'RUN <<EOF (make all)'],
  [`[stage-1 1/3] FROM docker.io/library/alpine:3${pin}`, 'stage-1 1/3', 'FROM alpine:3'],
  [`[1/3] FROM docker.io/acme/tool:1${pin}`, '1/3', 'FROM acme/tool:1'],
  [`[1/3] FROM localhost:5000/x${pin}`, '1/3', 'FROM localhost:5000/x'],
  ['[linux/arm64 internal] load metadata for x', 'internal', 'load metadata for x'],
  ['exporting to image', '', 'exporting to image'],
])('%s', (name, position, text) => {
  expect(stepTitle(name)).toEqual({ position, text });
});
