import type { CompletionContext, CompletionItem, PartAnswer } from './completionItem';
import { stageItems } from './stageCompletion';
import {
  deviceKeys,
  flagsOf,
  flagTopic,
  mountKeyAliases,
  mountKeys,
  mountSwitches,
  mountTypes,
  platformValues,
  sharingModes,
  type MountKey,
  type MountType,
  type Topic,
} from './tables';
import type { FlagNamePart, FlagValuePart } from './typedPart';
import { fieldsOf } from './words';

/** The flags that can still be given. */
export function flagNameItems({ keyword, used }: FlagNamePart): CompletionItem[] {
  return flagsOf(keyword)
    .filter(({ name, repeats }) => repeats === true || !used.includes(name))
    .map(({ name, takes }, rank) => ({
      label: `--${name}`,
      kind: 'flag',
      insert: takes === 'value' ? `--${name}=` : `--${name} `,
      ...topicOf(flagTopic(keyword, name)),
      again: true,
      rank,
    }));
}

/** The values of a flag. */
export function flagValueItems(context: CompletionContext<FlagValuePart>): PartAnswer | undefined {
  const { part, document, instruction } = context;
  const { keyword, flag, at, text } = part;
  if (keyword === 'RUN' && flag === 'mount') return mountItems(context);
  if (keyword === 'RUN' && flag === 'device') return deviceItems(part);
  if (keyword === 'FROM' && flag === 'platform') return { at, items: platformItems() };
  if (keyword === 'COPY' && flag === 'from') {
    return { at, items: stageItems(document, instruction, 'source'), images: true };
  }
  if (flag === 'exclude' && ['COPY', 'ADD'].includes(keyword)) {
    return { at, items: [], files: { prefix: text, blanks: false } };
  }
  const values = flagsOf(keyword).find(({ name }) => name === flag)?.values;
  if (values === undefined) return undefined;
  const topics = flag === 'network' || flag === 'security';
  return {
    at,
    items: values.map((value, rank) =>
      valueItem(value, rank, topics ? (`value/${flag} ${value}` as Topic) : undefined),
    ),
  };
}

function platformItems(): CompletionItem[] {
  const variables = (['BUILDPLATFORM', 'TARGETPLATFORM'] as const).map((name, rank): CompletionItem => ({
    label: `$${name}`,
    kind: 'variable',
    insert: `$${name}`,
    topic: `automatic/${name}`,
    rank,
  }));
  return [...variables, ...platformValues.map((value, rank) => valueItem(value, rank + variables.length))];
}

function mountItems({
  document,
  instruction,
  part,
}: CompletionContext<FlagValuePart>): PartAnswer | undefined {
  const fields = fieldsOf({ text: part.text, at: part.at, end: part.at + part.text.length });
  const current = fields.at(-1);
  if (current === undefined) return undefined;
  const keyOf = (key: string): string => {
    const lower = key.toLowerCase();
    return mountKeyAliases[lower] ?? lower;
  };
  const valueOf = (name: string): string | undefined =>
    fields.findLast(({ key, value }) => value !== undefined && keyOf(key.text) === name)?.value?.text;
  const written = valueOf('type')?.toLowerCase();
  const type: MountType = mountTypes.find((one) => one === written) ?? 'bind';
  if (current.value !== undefined) {
    const { at, text } = current.value;
    switch (keyOf(current.key.text)) {
      case 'type':
        return { at, items: mountTypes.map((one, rank) => valueItem(one, rank, `mount/${one}`)) };
      case 'sharing':
        return { at, items: sharingModes.map((one, rank) => valueItem(one, rank, `value/sharing ${one}`)) };
      case 'from':
        return { at, items: stageItems(document, instruction, 'source'), images: true };
      case 'source':
        if (type !== 'bind' || valueOf('from') !== undefined) return undefined;
        return { at, items: [], files: { prefix: text, blanks: false } };
      case 'ro':
      case 'rw':
      case 'required':
        return { at, items: ['true', 'false'].map((one, rank) => valueItem(one, rank)) };
      default:
        return undefined;
    }
  }
  const used = new Set(fields.slice(0, -1).map(({ key }) => keyOf(key.text)));
  const types: CompletionItem[] = used.has('type')
    ? []
    : mountTypes.map((one, rank) => ({
        label: `type=${one}`,
        kind: 'key',
        insert: `type=${one},`,
        topic: `mount/${one}`,
        again: true,
        rank,
      }));
  const keys = mountKeys[type]
    .filter((key) => !used.has(key))
    .map((key: MountKey, rank): CompletionItem => ({
      label: key,
      kind: 'key',
      insert: mountSwitches.includes(key) ? key : `${key}=`,
      topic: `mountKey/${key}`,
      ...(!mountSwitches.includes(key) && { again: true }),
      rank: types.length + rank,
    }));
  return { at: current.key.at, items: [...types, ...keys] };
}

function deviceItems({ at, text }: { at: number; text: string }): PartAnswer {
  const from = at + text.lastIndexOf(',') + 1;
  const items = deviceKeys.map((key, rank): CompletionItem => ({
    label: key,
    kind: 'key',
    insert: key === 'name' ? 'name=' : key,
    rank,
  }));
  return { at: from, items };
}

/** A plain value. */
export function valueItem(value: string, rank: number, topic?: Topic): CompletionItem {
  return { label: value, kind: 'value', insert: value, ...topicOf(topic), rank };
}

function topicOf(topic: Topic | undefined): { topic?: Topic } {
  return topic === undefined ? {} : { topic };
}
