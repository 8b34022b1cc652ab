import { beforeEach, describe, expect, test } from 'vitest';
import { defaultBuildSettings } from '../../../shared/contract';
import { hoverAt, readDocument } from '../../../shared/dockerfile/language';
import { initLocales } from '../../locales';
import en from './docs/en';
import zhCN from './docs/zh-CN';
import { hoverText } from './hoverText';

beforeEach(() => initLocales('en'));

const settings = {
  ...defaultBuildSettings,
  platforms: ['linux/amd64', 'linux/arm/v7'],
  buildArgs: [{ name: 'GIVEN', value: 'by `hand`' }],
};

/** What hover tells at the `|` of a text. */
function told(marked: string): string {
  const document = readDocument(marked.replace('|', ''));
  const hover = hoverAt(document, marked.indexOf('|'));
  if (hover === undefined) throw new Error('nothing to tell');
  return hoverText(document, hover.subject, { settings, ownPlatform: 'linux/amd64' }).join('\n\n');
}

describe('a variable', () => {
  test('has its value on each ticked platform, at this place', () => {
    const file = 'FROM a\nARG TARGETARCH\nENV NAME=x-$TARGETARCH\nRUN echo $NAME\nENV NAME=\nRUN $NAME';
    expect(told(file.replace('echo $NAME', 'echo $NA|ME'))).toBe(
      'Variable `NAME`\n\n- `linux/amd64`: `x-amd64`\n- `linux/arm/v7`: `x-arm`',
    );
    expect(told(file.replace('ENV NAME=\n', 'ENV NA|ME=\n'))).toContain('- `linux/amd64`: empty');
    expect(told(file.replace('ARG TARGET', 'ARG TAR|GET'))).toContain(en['automatic/TARGETARCH']);
  });

  test('has the value that the build is given, and none that only the base image knows', () => {
    expect(told('FROM a\nARG GIV|EN=1')).toContain('`linux/amd64`: `by ´hand´`');
    expect(told('FROM a\nRUN echo $HO|ME')).toContain('only the base image knows');
    expect(told('ARG X=1\nFROM a\nRUN echo $|X')).toContain('`linux/amd64`: not set here');
  });
});

test('a stage tells its base and who uses it', () => {
  const file = 'FROM a AS one\nFROM on|e AS two\nFROM c\nCOPY --from=one / /\n';
  expect(told(file)).toBe('Stage `one`\n\nBuilt on `a`\n\nUsed by `two`, `stage-2`');
  expect(told('FROM a AS o|ne\nFROM b')).toContain('Nothing in this file uses it.');
});

test('an image tells its full name, per platform where variables decide', () => {
  expect(told('FROM alp|ine')).toBe('Image `docker.io/library/alpine:latest`');
  expect(told('FROM Alp|ine')).toContain('`Alpine` is no image reference');
  expect(told('FROM a AS base-amd64\nFROM base-$|{TARGETARCH}')).toContain('TARGETARCH');
  expect(told('FROM a AS base-amd64\nFROM ba|se-${TARGETARCH}')).toBe(
    'Image `base-${TARGETARCH}`\n\n- `linux/amd64`: `base-amd64`\n- `linux/arm/v7`: `docker.io/library/base-arm:latest`',
  );
});

test('everything is said in both languages, with the same code in it', () => {
  const code = (text: string) => [...text.matchAll(/`[^`\n]+`|```[^`]*```/g)].map(([found]) => found).sort();
  for (const [topic, text] of Object.entries(en)) {
    const other = zhCN[topic as keyof typeof zhCN];
    expect(other, topic).not.toBe('');
    expect(new Set(code(other)), topic).toEqual(new Set(code(text)));
  }
  initLocales('zh-CN');
  expect(told('FR|OM a')).toBe(zhCN['instruction/FROM']);
});
