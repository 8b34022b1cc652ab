import type { Finding, TextRange } from '../../shared/contract';
import { fixesFor, ignoreRule, type Fix, type SourceText } from '../../shared/dockerfile/fixes';
import type { LintAnswer, LintWarning, SourceRange } from '../buildkit';

/** Beyond this many, nobody reads them. */
const maxFindings = 1000;

/** The fixes that change just what is wrong, so that the mark can be as narrow. */
const narrowKinds: ReadonlySet<Fix['kind']> = new Set([
  'lowercase-stage-name',
  'match-as-keyword',
  'recase-instruction',
  'rename-stage',
  'remove-platform',
  'build-platform',
  'use-variable',
  'lowercase-protocol',
  'container-port-only',
]);

/**
 * The answers of all platforms as one list, the errors first, then by line. What several platforms say in the same
 * words about the same place is one finding.
 */
export function mergeFindings(
  answers: readonly { platform: string; lint: LintAnswer }[],
  source: SourceText,
): { findings: Finding[]; omitted: number } {
  const merged = new Map<
    string,
    { warning: Omit<LintWarning, 'rule'> & { rule?: string }; platforms: string[] }
  >();
  for (const { platform, lint } of answers) {
    const error = lint.error && { ...lint.error, description: '', url: '' };
    for (const warning of error === undefined ? lint.warnings : [error, ...lint.warnings]) {
      const key = JSON.stringify(['rule' in warning ? warning.rule : '', warning.message, warning.ranges]);
      const known = merged.get(key);
      if (known === undefined) merged.set(key, { warning, platforms: [platform] });
      else if (!known.platforms.includes(platform)) known.platforms.push(platform);
    }
  }
  const all = [...merged.values()].sort(
    (a, b) =>
      Number(a.warning.rule !== undefined) - Number(b.warning.rule !== undefined) ||
      lineOf(a.warning.ranges) - lineOf(b.warning.ranges),
  );
  const shown = all.slice(0, maxFindings);
  return {
    findings: shown.map(({ warning, platforms }) => toFinding(warning, platforms, source)),
    omitted: all.length - shown.length,
  };
}

function toFinding(
  { rule, message, description, url, ranges }: Omit<LintWarning, 'rule'> & { rule?: string },
  platforms: string[],
  source: SourceText,
): Finding {
  const lines = joinLines(ranges);
  const [first] = lines;
  const violation = rule !== undefined &&
    first !== undefined && {
      rule,
      message,
      startLine: first.start.line,
      endLine: Math.max(first.start.line, first.end.line),
      platforms,
    };
  const fixes = violation === false ? [] : fixesFor(source, violation);
  const ignore = rule === undefined ? undefined : ignoreRule(source, rule);
  const narrow = narrowRange(fixes[0], source);
  return {
    severity: rule === undefined ? 'error' : 'warning',
    ...(rule !== undefined && { rule }),
    message,
    ...(description !== '' && { description }),
    ...(url !== '' && { url }),
    ranges: narrow === undefined ? lines.map((range) => textRange(range, source)) : [narrow],
    platforms,
    fixes: fixes.map(toContract),
    ...(ignore !== undefined && { ignore: toContract(ignore) }),
  };
}

function toContract({ kind, values, edits }: Fix): Finding['fixes'][number] {
  return { kind, values: { ...values }, edits: [...edits] };
}

function narrowRange(fix: Fix | undefined, source: SourceText): TextRange | undefined {
  if (fix === undefined || !narrowKinds.has(fix.kind)) return undefined;
  const edit = fix.edits.find(({ startOffset, endOffset }) => endOffset > startOffset);
  if (edit === undefined) return undefined;
  const [start, end] = [source.positionAt(edit.startOffset), source.positionAt(edit.endOffset)];
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

/** BuildKit tells lines; the columns are those of the text on them. */
export function textRange({ start, end }: SourceRange, source: SourceText): TextRange {
  const startLine = Math.min(start.line, source.lineCount);
  const endLine = Math.min(Math.max(start.line, end.line), source.lineCount);
  const first = source.line(startLine);
  const last = source.line(endLine);
  return {
    startLine,
    startColumn: first.length - first.trimStart().length + 1,
    endLine,
    endColumn: Math.max(last.trimEnd().length, 1) + 1,
  };
}

/** BuildKit tells an instruction line by line. What lies together is one stretch; what has no line is left out. */
function joinLines(ranges: readonly SourceRange[]): SourceRange[] {
  const joined: SourceRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.start.line - b.start.line)) {
    if (range.start.line < 1) continue;
    const last = joined.at(-1);
    const lastLine = Math.max(last?.start.line ?? 0, last?.end.line ?? 0);
    if (last === undefined || range.start.line > lastLine + 1) joined.push(range);
    else if (range.end.line > lastLine || range.start.line > lastLine) {
      const end = range.end.line >= range.start.line ? range.end : range.start;
      joined[joined.length - 1] = { start: last.start, end };
    }
  }
  return joined;
}

function lineOf(ranges: readonly SourceRange[]): number {
  return ranges[0]?.start.line ?? 0;
}
