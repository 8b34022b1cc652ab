import { parse, TomlDate, TomlError } from 'smol-toml';
import type { ConfigFinding } from '../../shared/contract';
import { parsePlatform } from '../../shared/model/platform';
import { findConflicts } from './daemonConfigConflicts';
import { daemonConfigShape } from './daemonConfigShape';
import type { ConfigKind } from './daemonConfigShape';
import { findTomlKeys, tomlPathId } from './tomlKeys';
import type { TomlKey, TomlPath } from './tomlKeys';

/**
 * What is wrong in the text of a buildkitd.toml: its syntax; else what BuildKit v0.32 would not take or not read, and
 * settings that rule each other out. Whether files that it names are there is not looked at.
 *
 * @returns the findings in the order of the text; never throws
 */
export function checkDaemonConfig(text: string): ConfigFinding[] {
  let config: unknown;
  try {
    config = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [message = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    return [{ severity: 'error', line: error.line, column: error.column, message: `${sentence(message)}.` }];
  }
  const check = new Check(findTomlKeys(text));
  check.value(config, daemonConfigShape, []);
  findConflicts(config, (severity, path, message) => check.report(severity, path, message));
  return check.findings.sort((a, b) => a.line - b.line || a.column - b.column);
}

class Check {
  readonly findings: ConfigFinding[] = [];

  constructor(private readonly keys: ReadonlyMap<string, TomlKey>) {}

  report(severity: ConfigFinding['severity'], path: TomlPath, message: string): void {
    const { line, column } = this.placeOf(path);
    this.findings.push({ severity, line, column, message });
  }

  value(value: unknown, kind: ConfigKind, path: TomlPath): void {
    switch (kind.type) {
      case 'anything':
        return;
      case 'table':
        if (isTable(value)) this.table(value, kind.keys, path);
        else this.wrong(path, 'a table');
        return;
      case 'map':
        if (!isTable(value)) return this.wrong(path, 'a table');
        for (const [name, each] of Object.entries(value)) this.value(each, kind.of, [...path, name]);
        return;
      case 'list':
        if (!Array.isArray(value)) {
          return this.wrong(path, kind.of.type === 'table' ? 'a list of tables, written [[…]]' : 'a list');
        }
        value.forEach((each, index) => this.value(each, kind.of, [...path, index]));
        return;
      case 'boolean':
        if (typeof value !== 'boolean') this.wrong(path, 'true or false');
        return;
      case 'integer':
        if (!isInteger(value)) this.wrong(path, 'a whole number');
        return;
      case 'text':
        return this.text(value, kind, path);
      case 'duration':
        if (!this.isScalar(value, path) || !isDuration(String(value))) {
          this.wrong(path, 'a duration such as "48h", or a number of seconds');
        }
        return;
      case 'space':
        if (!this.isScalar(value, path) || !isSpace(String(value))) {
          this.wrong(path, 'a size such as "512MB", a share of the disk such as "10%", or a number of bytes');
        }
        return;
    }
  }

  private table(
    value: Record<string, unknown>,
    keys: Readonly<Record<string, ConfigKind>>,
    path: TomlPath,
  ): void {
    for (const [name, each] of Object.entries(value)) {
      // As the daemon's decoder does: the letters' case does not matter.
      const known = Object.keys(keys).find((key) => key.toLowerCase() === name.toLowerCase());
      const kind = known === undefined ? undefined : keys[known];
      if (kind === undefined) this.unknown(name, Object.keys(keys), [...path, name]);
      else this.value(each, kind, [...path, name]);
    }
  }

  private unknown(name: string, known: readonly string[], path: TomlPath): void {
    const near = nearest(name, known);
    const advice =
      near === undefined
        ? ''
        : near.includes('.')
          ? ` Did you mean "${near}", in quotes?`
          : ` Did you mean ${near}?`;
    this.report(
      'warning',
      path,
      `BuildKit knows no ${quoted(name)}${path.length === 1 ? '' : ` in ${shown(path.slice(0, -1))}`} and passes it over.${advice}`,
    );
  }

  private text(
    value: unknown,
    { words, anyCase }: { words?: readonly string[]; anyCase?: boolean },
    path: TomlPath,
  ): void {
    if (typeof value !== 'string') return this.wrong(path, 'a text in quotes');
    if (words !== undefined && value !== '' && !words.includes(anyCase ? value.toLowerCase() : value)) {
      return this.wrong(path, `one of ${words.map((word) => `"${word}"`).join(', ')}`);
    }
    const owner = path.at(-2);
    if (owner === 'platforms' && path[0] === 'worker') {
      const platform = parsePlatform(value);
      if (!platform.ok) this.report('error', path, platform.error.message);
    }
    if (
      owner === 'insecure-entitlements' &&
      !/^(network\.host|security\.insecure|device(=.*)?)$/.test(value)
    ) {
      this.report('error', path, `There is no entitlement ${quoted(value)}.`);
    }
  }

  private wrong(path: TomlPath, wanted: string): void {
    this.report('error', path, `${shown(path)} has to be ${wanted}.`);
  }

  /** A text, or a number that is written without "_": the daemon reads it as a text. */
  private isScalar(value: unknown, path: TomlPath): value is string | number | bigint {
    if (typeof value === 'string') return true;
    if (typeof value !== 'number' && typeof value !== 'bigint') return false;
    return !/^[\d_+-]*_/.test(this.keys.get(tomlPathId(path))?.raw ?? '');
  }

  /** A key's place, or that of the nearest thing around it. */
  private placeOf(path: TomlPath): { line: number; column: number } {
    for (let length = path.length; length > 0; length--) {
      const key = this.keys.get(tomlPathId(path.slice(0, length)));
      if (key !== undefined) return key;
    }
    return { line: 1, column: 1 };
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof TomlDate);
}

function isInteger(value: unknown): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

/** Go's time.ParseDuration, or whole seconds; empty is none. */
function isDuration(text: string): boolean {
  return /^$|^[+-]?\d+$|^[+-]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(text);
}

/** A share in per cent, or a size with or without a unit; empty is none. */
function isSpace(text: string): boolean {
  return /^$|^[+-]?\d+%$|^(\d+(\.\d*)?|\.\d+)\s?([kmgtp](i?b)?|b)?$/i.test(text);
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const ranked = known
    .map((key) => ({ key, distance: editDistance(lower, key.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best !== undefined && best.distance <= Math.max(1, Math.floor(name.length / 3))) return best.key;
  return known.find((key) => key.toLowerCase().startsWith(`${lower}.`));
}

/** How many letters have to be put in, taken out or changed. Long names are cut: they are near to nothing. */
function editDistance(a: string, b: string): number {
  const [left, right] = [a.slice(0, 64), b.slice(0, 64)];
  let row = Array.from({ length: right.length + 1 }, (_unused, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

/** A path as people write it: `worker.oci.gcpolicy[0].filters`. */
function shown(path: TomlPath): string {
  return path
    .map((part) =>
      typeof part === 'number' ? `[${part + 1}]` : /^[\w-]+$/.test(part) ? `.${part}` : `.${quoted(part)}`,
    )
    .join('')
    .replace(/^\./, '');
}

function quoted(text: string): string {
  return `"${text.length > 80 ? `${text.slice(0, 80)}…` : text}"`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
