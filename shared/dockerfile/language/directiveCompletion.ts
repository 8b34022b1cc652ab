import type { CompletionAnswer, CompletionItem } from './completionItem';
import type { LanguageDocument } from './document';
import { valueItem } from './flagCompletion';
import { checkNames, directiveNames } from './tables';

const syntaxImages = ['docker/dockerfile:1', 'docker/dockerfile:1-labs'];

/** What a parser directive at the top of the file can say; undefined when the offset is not in one. */
export function completeDirective(document: LanguageDocument, offset: number): CompletionAnswer | undefined {
  const { text, source } = document;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const last = source.directiveLines.at(-1);
  // Only the lines of the directives and the next one can hold one.
  const end = last === undefined ? 0 : Math.max(last.span.start, nextLine(text, last.span.end));
  if (lineStart > end) return undefined;
  const match = /^\uFEFF?\s*#\s*(?:([A-Za-z]*)|([A-Za-z]+)\s*=\s*(.*))$/.exec(text.slice(lineStart, offset));
  if (match === null) return undefined;
  const [, name, known, value = ''] = match;
  const answer = (typed: string, items: readonly CompletionItem[]): CompletionAnswer => ({
    replace: { start: offset - typed.length, end: offset },
    items,
  });
  if (name !== undefined) {
    const used = source.directiveLines.filter(({ span }) => span.end < lineStart).map((one) => one.name);
    return answer(
      name,
      directiveNames
        .filter((one) => !used.includes(one))
        .map((one, rank) => ({
          label: one,
          kind: 'directive',
          insert: `${one}=`,
          topic: `directive/${one}`,
          again: true,
          rank,
        })),
    );
  }
  switch (known?.toLowerCase() ?? '') {
    case 'syntax':
      return answer(value, syntaxImages.map(valueItemAt));
    case 'escape':
      return answer(value, ['`', '\\'].map(valueItemAt));
    case 'check':
      return completeCheck(value, answer);
    default:
      return undefined;
  }
}

function completeCheck(
  value: string,
  answer: (typed: string, items: readonly CompletionItem[]) => CompletionAnswer,
): CompletionAnswer {
  const option = value.slice(value.lastIndexOf(';') + 1).trimStart();
  const equals = option.indexOf('=');
  if (equals < 0) {
    return answer(
      option,
      (['skip', 'error', 'experimental'] as const).map((one, rank) => ({
        label: one,
        kind: 'key',
        insert: `${one}=`,
        topic: `value/check ${one}`,
        again: true,
        rank,
      })),
    );
  }
  const names = option.slice(equals + 1).split(',');
  const typed = (names.at(-1) ?? '').trimStart();
  if (option.slice(0, equals) === 'error') return answer(typed, ['true', 'false'].map(valueItemAt));
  const rest = ['all', ...checkNames].filter((one) => !names.slice(0, -1).includes(one));
  return answer(typed, rest.map(valueItemAt));
}

function valueItemAt(value: string, rank: number): CompletionItem {
  return valueItem(value, rank);
}

function nextLine(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  return feed < 0 ? -1 : feed + 1;
}
