import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildxCreateArguments, buildxCreateCommand } from './buildxCreateCommand';
import type { BuildxCreate } from './buildxCreateCommand';

/** Words of a POSIX shell: quotes, backslashes, continued lines. */
function shellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) throw new Error('a quote is open');
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (character === '\\') {
      at++;
      if (text[at] !== '\n') word = (word ?? '') + (text[at] ?? '');
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (/["$`#;&|<>(){}*?[\]~!]/.test(character)) {
      throw new Error(`the shell would act on ${character}`);
    } else word = (word ?? '') + character;
  }
  return word === undefined ? words : [...words, word];
}

/** The fields of one CSV record, by RFC 4180. */
function csvRecord(text: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let field = '';
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (at >= text.length) throw new Error('a quote is open');
        if (text[at] === '"') at++;
        field += text[at];
      }
      at++;
    } else {
      while (at < text.length && text[at] !== ',') field += text[at++];
      if (/["\n]/.test(field)) throw new Error('a bare quote');
    }
    fields.push(field);
    if (at >= text.length) return fields;
    if (text[at] !== ',') throw new Error('rubbish behind a quote');
    at++;
  }
}

/** What buildx's own command line would understand. */
function understood(command: string): BuildxCreate {
  const [docker, buildx, create, ...words] = shellWords(command);
  expect([docker, buildx, create]).toEqual(['docker', 'buildx', 'create']);
  const options: Record<string, string> = {};
  const node: { name: string; endpoint: string; platforms: string[]; flags: string[]; config?: string } = {
    ...{ name: '', endpoint: '', platforms: [], flags: [] },
  };
  const result = { name: '', driver: '', append: false, use: false, bootstrap: false };
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const value = (): string => words[++at] ?? expect.fail(`${word} has no value`);
    if (word === '--append' || word === '--use' || word === '--bootstrap') {
      result[word.slice(2) as 'append'] = true;
    } else if (word === '--name' || word === '--driver') result[word.slice(2) as 'name'] = value();
    else if (word === '--node') node.name = value();
    else if (word === '--platform') node.platforms.push(...value().split(','));
    else if (word === '--buildkitd-flags') node.flags = shellWords(value());
    else if (word === '--buildkitd-config') node.config = value();
    else if (word === '--driver-opt') {
      for (const field of csvRecord(value())) {
        const equals = field.indexOf('=');
        expect(equals).toBeGreaterThan(0);
        options[field.slice(0, equals)] = field.slice(equals + 1);
      }
    } else {
      expect(word === '--' || !word.startsWith('-')).toBe(true);
      node.endpoint = word === '--' ? value() : word;
      expect(at).toBe(words.length - 1);
    }
  }
  return { ...result, node: { ...node, options } };
}

describe('docker buildx create', () => {
  it('has an option a line, and the endpoint last', () => {
    const command = buildxCreateCommand({
      name: 'edge',
      driver: 'docker-container',
      node: {
        name: 'edge-arm',
        endpoint: 'desktop-linux',
        platforms: ['linux/arm64', 'linux/arm/v7'],
        options: { network: 'host', 'env.NO_PROXY': 'a.example,b.example', 'env.SAY': `it's "so"` },
        flags: ['--debug', '--allow-insecure-entitlement=security.insecure', '--oci-worker-labels=a b'],
        config: 'debug = true\n',
      },
      append: true,
      use: true,
      bootstrap: true,
    });
    expect(command.split(' \\\n  ')).toEqual([
      'docker buildx create',
      '--append',
      '--name edge',
      '--driver docker-container',
      '--node edge-arm',
      '--platform linux/arm64,linux/arm/v7',
      '--driver-opt network=host',
      `--driver-opt '"env.NO_PROXY=a.example,b.example"'`,
      `--driver-opt '"env.SAY=it'\\''s ""so"""'`,
      `--buildkitd-flags '--debug --allow-insecure-entitlement=security.insecure '\\''--oci-worker-labels=a b'\\'''`,
      '--buildkitd-config buildkitd.toml',
      '--use',
      '--bootstrap',
      'desktop-linux',
    ]);
  });

  it('leaves out what is empty', () => {
    const node = { name: '', endpoint: '', options: { image: '' }, platforms: [], flags: [''], config: ' ' };
    expect(buildxCreateArguments({ name: '', driver: 'docker-container', node })).toEqual([
      ['docker', 'buildx', 'create'],
      ['--driver', 'docker-container'],
      // An option that is there and empty is one that was given.
      ['--driver-opt', 'image='],
    ]);
  });

  it('says the same to buildx as the form, whatever was typed', () => {
    const line = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== '');
    const nasty = fc.oneof(
      line,
      fc.constantFrom(`a'b"c`, '$HOME', '`id`', 'a,b', ' x', '\\', '"', "''", '#1'),
    );
    const key = fc.stringMatching(/^[a-z][a-z0-9.-]{0,12}$/);
    const platform = fc.constantFrom('linux/amd64', 'linux/arm/v7', 'windows(10.0.17763)/amd64');
    fc.assert(
      fc.property(
        fc.record({
          name: key,
          driver: key,
          node: fc.record({
            name: fc.oneof(fc.constant(''), key),
            endpoint: fc.oneof(fc.constant(''), nasty),
            options: fc.dictionary(key, fc.oneof(nasty, fc.constant('')), { noNullPrototype: true }),
            platforms: fc.array(platform, { maxLength: 3 }),
            flags: fc.array(nasty, { maxLength: 3 }),
          }),
          append: fc.boolean(),
          use: fc.boolean(),
          bootstrap: fc.boolean(),
        }),
        (create) => {
          expect(understood(buildxCreateCommand(create))).toEqual(create);
        },
      ),
      { numRuns: 500 },
    );
  });
});
