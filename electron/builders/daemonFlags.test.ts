import { expect, it } from 'vitest';
import { completeDaemonFlags } from './daemonFlags';

const hostNetwork = '--allow-insecure-entitlement=network.host';
const config = (text: string) => new Map([['buildkitd.toml', Buffer.from(text)]]);

it.each([
  ['nothing said', [], '', undefined, [hostNetwork]],
  ['other flags', ['--debug'], '', undefined, ['--debug', hostNetwork]],
  [
    'entitlements of one’s own',
    ['--allow-insecure-entitlement', 'security.insecure'],
    '',
    undefined,
    undefined,
  ],
  [
    'entitlements of one’s own, written as one',
    ['--allow-insecure-entitlement=security.insecure'],
    '',
    '',
    undefined,
  ],
  ['a configuration that allows it', [], 'insecure-entitlements = ["network.host"]', undefined, undefined],
  [
    'a configuration that allows something else',
    [],
    'insecure-entitlements = ["security.insecure"]',
    '',
    [hostNetwork],
  ],
  ['the host’s network', [], 'insecure-entitlements = ["network.host"]', 'host', [hostNetwork]],
  ['the host’s network, allowed', [hostNetwork], '', 'host', undefined],
])('%s', (_title, flags, toml, network, expected) => {
  expect(completeDaemonFlags(flags, toml === '' ? new Map() : config(toml), network)).toEqual(
    expected ?? flags,
  );
});
