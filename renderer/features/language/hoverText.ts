import i18next from 'i18next';
import type { BuildSettings } from '../../../shared/contract';
import { variablesAt } from '../../../shared/dockerfile';
import type { StageGraph } from '../../../shared/dockerfile';
import type { HoverSubject, LanguageDocument } from '../../../shared/dockerfile/language';
import { formatPlatform } from '../../../shared/model/platform';
import { canonicalName, parseReference } from '../../../shared/model/reference';
import { coreText } from '../../locales/core';
import { resolvedGraphs, resolveOptions } from '../dockerfile/resolvedStages';
import { syntaxOf } from '../dockerfile/syntax';
import { topicText } from './topicText';

/** What the build on screen is resolved with. */
export interface HoverContext {
  readonly settings: BuildSettings;
  /** What the builder's first node runs natively. */
  readonly ownPlatform: string | undefined;
}

const t = (key: string, values: Record<string, unknown> = {}): string =>
  // Code in Markdown is shown as it is: nothing is escaped, and backticks would end it.
  i18next.t(`language:${key}`, {
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plain(String(value))])),
    interpolation: { escapeValue: false },
  });

const longest = 500;

function plain(text: string): string {
  const line = text.replaceAll('`', '´').replace(/\s+/g, ' ');
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** What hover tells, in Markdown: one text a paragraph. */
export function hoverText(
  document: LanguageDocument,
  subject: HoverSubject,
  context: HoverContext,
): string[] {
  switch (subject.kind) {
    case 'topic':
      return [topicText(subject.topic)];
    case 'variable':
      return variableText(document, subject, context);
    case 'stage':
      return stageText(document, subject.index, context);
    case 'image':
      return imageText(document, subject, context);
  }
}

function variableText(
  document: LanguageDocument,
  { name, line, sets, topic }: Extract<HoverSubject, { kind: 'variable' }>,
  { settings, ownPlatform }: HoverContext,
): string[] {
  const syntax = syntaxOf(document.text);
  const stages = document.stages;
  const known = document.occurrences.some((one) => one.name === name && one.role === 'definition');
  const values = resolveOptions(settings, ownPlatform).map((options) => {
    const platform = formatPlatform(options.platform);
    const value = variablesAt(syntax, options, sets ? line + 1 : line).get(name);
    if (value === '') return t('emptyOn', { platform });
    if (value !== undefined) return t('valueOn', { platform, value });
    return t(known || stages.length === 0 ? 'unsetOn' : 'unknownOn', { platform });
  });
  return [t('variable', { name }), list(values), ...(topic === undefined ? [] : [topicText(topic)])];
}

function stageText(document: LanguageDocument, index: number, context: HoverContext): string[] {
  const stage = document.stages[index];
  if (stage === undefined) return [];
  const graphs = resolvedGraphs(syntaxOf(document.text), context.settings, context.ownPlatform);
  const users = new Set(
    graphs.flatMap((graph) =>
      graph.edges.filter(({ from, to }) => from === `stage:${index}` && to !== from).map(({ to }) => to),
    ),
  );
  const names = [...users].map((id) => `\`${plain(labelOf(graphs, id))}\``).join(', ');
  return [
    t('stage', { name: stage.name ?? `stage-${index}` }),
    ...(stage.base === '' ? [] : [t('stageBase', { base: stage.base })]),
    names === ''
      ? t('usedByNothing')
      : i18next.t('language:usedBy', { users: names, interpolation: { escapeValue: false } }),
  ];
}

function labelOf(graphs: readonly StageGraph[], id: string): string {
  return graphs.flatMap(({ stages }) => stages).find((stage) => stage.id === id)?.label ?? id;
}

function imageText(
  document: LanguageDocument,
  { reference, line }: Extract<HoverSubject, { kind: 'image' }>,
  { settings, ownPlatform }: HoverContext,
): string[] {
  if (!reference.includes('$')) return [canonicalText(reference)];
  const syntax = syntaxOf(document.text);
  const stage = syntax.stages.find(({ lines }) => lines.start === line);
  const options = resolveOptions(settings, ownPlatform);
  const bases = resolvedGraphs(syntax, settings, ownPlatform).map((graph, index) => {
    const base = graph.edges.find(({ kind, to }) => kind === 'base' && to === `stage:${stage?.index}`)?.from;
    const platform = formatPlatform(options[index]!.platform);
    if (base === undefined) return t('unsetOn', { platform });
    const image = graph.images.find(({ id }) => id === base)?.reference;
    return t('imageOn', {
      platform,
      reference: image === undefined ? labelOf([graph], base) : canonical(image),
    });
  });
  return [t('image', { reference }), list(bases)];
}

/** What an image is made for, in Markdown; nothing where that isn't known. */
export function platformsText(platforms: readonly string[]): string[] {
  if (platforms.length === 0) return [];
  const names = platforms.map((platform) => `\`${plain(platform)}\``).join(', ');
  return [i18next.t('language:madeFor', { platforms: names, interpolation: { escapeValue: false } })];
}

function canonicalText(reference: string): string {
  const parsed = parseReference(reference);
  if (!parsed.ok) return t('noImage', { reference, problem: coreText(parsed.error.message) });
  return t('image', { reference: canonicalName(parsed.value) });
}

function canonical(reference: string): string {
  const parsed = parseReference(reference);
  return parsed.ok ? canonicalName(parsed.value) : reference;
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}
