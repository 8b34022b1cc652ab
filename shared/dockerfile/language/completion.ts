import { joinedOffset, sourceOffset, type Span } from '../source';
import { argumentItems } from './argumentCompletion';
import type { CompletionAnswer, CompletionItem, PartAnswer } from './completionItem';
import { completeDirective } from './directiveCompletion';
import { instructionAt, type LanguageDocument } from './document';
import { flagNameItems, flagValueItems } from './flagCompletion';
import type { DocumentInstruction } from './parts';
import { snippets } from './snippets';
import { instructionNames, noTriggers, type InstructionName } from './tables';
import { typedPart, type KeywordPart, type TypedPart } from './typedPart';
import { variableItems } from './variableCompletion';

/**
 * What can be typed at a place of the file, or undefined where nothing is known. Everything that only the core knows
 * (files, images) is asked for by the answer instead of being in it.
 */
export function completionsAt(document: LanguageDocument, offset: number): CompletionAnswer | undefined {
  const inComment = document.source.comments.some(({ start, end }) => start < offset && offset <= end);
  const directive = completeDirective(document, offset);
  if (directive !== undefined || inComment) return directive;
  const instruction = instructionAt(document, offset);
  if (instruction === undefined) return completeNewInstruction(document, offset);
  const heredoc = instruction.heredocs.find(({ body }) => body.start <= offset && offset <= body.end);
  if (heredoc !== undefined) {
    const line = document.text.slice(document.text.lastIndexOf('\n', offset - 1) + 1, offset);
    const wanted = heredoc.expand || (instruction.words.inner ?? instruction.words).keyword === 'RUN';
    return wanted ? completeVariable(document, instruction, line, offset) : undefined;
  }
  if (offset > instruction.span.end && !instruction.open) return undefined;
  return completeInInstruction(document, instruction, offset);
}

function completeInInstruction(
  document: LanguageDocument,
  instruction: DocumentInstruction,
  offset: number,
): CompletionAnswer | undefined {
  const { escape } = document.source.directives;
  const at = joinedOffset(instruction, offset);
  const prefix = instruction.text.slice(0, at);
  const variable = completeVariable(document, instruction, prefix, offset);
  if (variable !== undefined) return variable;
  const part = typedPart(prefix, escape);
  if (part.kind === 'keyword') {
    const replace = replaceSpan(document.text, instruction, part.at, offset);
    return { replace, items: instructionItems(document, offset, part.trigger) };
  }
  const answer = partAnswer(document, instruction, part);
  if (answer === undefined) return undefined;
  const { at: from, ...rest } = answer;
  return { replace: replaceSpan(document.text, instruction, from, offset), ...rest };
}

function partAnswer(
  document: LanguageDocument,
  instruction: DocumentInstruction,
  part: Exclude<TypedPart, KeywordPart>,
): PartAnswer | undefined {
  switch (part.kind) {
    case 'flag-name':
      return { at: part.at, items: flagNameItems(part) };
    case 'flag-value':
      return flagValueItems({ document, instruction, part });
    case 'argument':
      return argumentItems({ document, instruction, part });
  }
}

/** From the place in the joined text to the offset; never over a line's end, which no editor takes. */
function replaceSpan(text: string, instruction: DocumentInstruction, at: number, offset: number): Span {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return { start: Math.min(offset, Math.max(sourceOffset(instruction, at), lineStart)), end: offset };
}

const variableStart = /(\\*|`*)\$(\{)?([\p{L}_][\p{L}\p{Nd}_]*)?$/u;

function completeVariable(
  document: LanguageDocument,
  instruction: DocumentInstruction,
  prefix: string,
  offset: number,
): CompletionAnswer | undefined {
  // A name is short; looking further back would make a long line slow.
  const match = variableStart.exec(prefix.slice(-300));
  if (match === null || (match[1] ?? '').length % 2 === 1) return undefined;
  const items = variableItems(document, instruction);
  const closes = match[2] !== undefined && document.text[offset] !== '}';
  return {
    replace: { start: offset - (match[3]?.length ?? 0), end: offset },
    items: closes ? items.map((item) => ({ ...item, insert: `${item.insert}}` })) : items,
  };
}

function completeNewInstruction(document: LanguageDocument, offset: number): CompletionAnswer | undefined {
  const lineStart = document.text.lastIndexOf('\n', offset - 1) + 1;
  const typed = document.text.slice(lineStart, offset).trimStart();
  if (!/^[\w-]*$/.test(typed)) return undefined;
  return {
    replace: { start: offset - typed.length, end: offset },
    items: instructionItems(document, offset, false),
  };
}

function instructionItems(document: LanguageDocument, offset: number, trigger: boolean): CompletionItem[] {
  const write = writesLowerCase(document) ? (name: string) => name.toLowerCase() : (name: string) => name;
  const hasStage = (document.stages[0] && sourceStart(document, document.stages[0].from) < offset) ?? false;
  const rankOf = (name: InstructionName): number => {
    if (name === 'MAINTAINER') return 3;
    return !hasStage && !trigger && name !== 'FROM' && name !== 'ARG' ? 2 : 1;
  };
  const names = trigger ? instructionNames.filter((name) => !noTriggers.includes(name)) : instructionNames;
  const items = names.map((name): CompletionItem => ({
    label: write(name),
    kind: 'instruction',
    insert: `${write(name)} `,
    topic: `instruction/${name}`,
    again: true,
    rank: rankOf(name),
  }));
  if (trigger) return items;
  const patterns = snippets.map(({ label, name, body, place }): CompletionItem => ({
    label,
    kind: 'snippet',
    insert: body,
    snippet: true,
    topic: `snippet/${name}`,
    rank: place === 'stage' || hasStage ? 4 : 5,
  }));
  return [...items, ...patterns];
}

function sourceStart(document: LanguageDocument, index: number): number {
  return document.instructions[index]?.span.start ?? 0;
}

function writesLowerCase({ instructions }: LanguageDocument): boolean {
  const lower = instructions.filter(({ words }) => /^[a-z]+$/.test(words.keywordWord.text)).length;
  return lower * 2 > instructions.length;
}
