import { isAutomaticArg } from '../automaticArgs';
import { lastIndex, type Span } from '../source';
import type { TextEdit } from './completionItem';
import type { LanguageDocument } from './document';
import type { Occurrence } from './occurrences';
import { proxyArgs } from './tables';

/** The name of a stage or variable that stands at an offset, its ends included. */
export function occurrenceAt({ occurrences }: LanguageDocument, offset: number): Occurrence | undefined {
  const index = lastIndex(occurrences, ({ span }) => span.start <= offset);
  // Two names can touch each other: `$A$B`.
  return [occurrences[index], occurrences[index - 1]].find(
    (one) => one !== undefined && one.span.start <= offset && offset <= one.span.end,
  );
}

/**
 * Where the name at an offset is set. A build argument may be declared in several stages: all of them are told, the
 * nearest before the offset first.
 */
export function definitionsAt(document: LanguageDocument, offset: number): readonly Span[] {
  const occurrence = occurrenceAt(document, offset);
  if (occurrence === undefined) return [];
  const found = definitionsOf(document, occurrence);
  const before = found.filter(({ start }) => start <= offset).reverse();
  return [...before, ...found.filter(({ start }) => start > offset)];
}

/** Every place that names what stands at the offset. */
export function referencesAt(
  document: LanguageDocument,
  offset: number,
  includeDefinition: boolean,
): readonly Span[] {
  const occurrence = occurrenceAt(document, offset);
  if (occurrence === undefined) return [];
  const uses = document.occurrences.filter(
    ({ group, role }) => group === occurrence.group && role !== 'definition',
  );
  const all = [
    ...(includeDefinition ? definitionsOf(document, occurrence) : []),
    ...uses.map(({ span }) => span),
  ];
  return all.sort((a, b) => a.start - b.start);
}

function definitionsOf(
  { occurrences, stages, instructions }: LanguageDocument,
  { group }: Occurrence,
): Span[] {
  const found = occurrences.filter((one) => one.group === group && one.role === 'definition');
  if (found.length > 0) return found.map(({ span }) => span);
  // A stage without a name is reached by its number.
  const stage = group.startsWith('stage:') ? stages[Number(group.slice('stage:'.length))] : undefined;
  const from = stage && instructions[stage.from];
  return from === undefined ? [] : [from.span];
}

/** Why a name can't be changed, or not to this. */
export type RenameRefusal =
  | 'nothing-here'
  | 'set-by-buildkit'
  | 'bad-stage-name'
  | 'reserved-stage-name'
  | 'stage-exists'
  | 'bad-variable-name'
  | 'variable-exists';

/** What would be renamed at an offset: the place and the name as it stands there. */
export function renameableAt(
  document: LanguageDocument,
  offset: number,
): { readonly span: Span; readonly name: string } | RenameRefusal {
  const occurrence = occurrenceAt(document, offset);
  if (occurrence === undefined || occurrence.role === 'number') return 'nothing-here';
  const { group, name, span } = occurrence;
  const isPredefined = isAutomaticArg(name) || (proxyArgs as readonly string[]).includes(name);
  if (group.startsWith('arg:') && isPredefined) return 'set-by-buildkit';
  return { span, name: document.text.slice(span.start, span.end) };
}

const stageName = /^[a-z][a-z0-9-_.]*$/i;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The edits that give what stands at the offset another name, wherever it is named. Numbers of stages stay. */
export function renameAt(
  document: LanguageDocument,
  offset: number,
  newName: string,
): readonly TextEdit[] | RenameRefusal {
  const found = renameableAt(document, offset);
  const occurrence = occurrenceAt(document, offset);
  if (typeof found === 'string' || occurrence === undefined)
    return typeof found === 'string' ? found : 'nothing-here';
  const { group } = occurrence;
  const refusal = group.startsWith('stage:')
    ? refuseStage(document, Number(group.slice('stage:'.length)), newName)
    : refuseVariable(document, group, newName);
  if (refusal !== undefined) return refusal;
  return document.occurrences
    .filter((one) => one.group === group && one.role !== 'number')
    .map(({ span, role }) => ({
      span,
      // FROM finds a stage by its name in lower case only.
      text: role === 'base' ? newName.toLowerCase() : newName,
    }));
}

function refuseStage({ stages }: LanguageDocument, index: number, name: string): RenameRefusal | undefined {
  const lower = name.toLowerCase();
  if (!stageName.test(name)) return 'bad-stage-name';
  if (lower === 'scratch' || lower === 'context') return 'reserved-stage-name';
  return stages.some((stage) => stage.index !== index && stage.name === lower) ? 'stage-exists' : undefined;
}

function refuseVariable(
  { occurrences }: LanguageDocument,
  group: string,
  name: string,
): RenameRefusal | undefined {
  if (!variableName.test(name)) return 'bad-variable-name';
  const isTaken = occurrences.some(
    (one) => one.name === name && one.group !== group && !one.group.startsWith('stage:'),
  );
  return isTaken || isAutomaticArg(name) ? 'variable-exists' : undefined;
}
