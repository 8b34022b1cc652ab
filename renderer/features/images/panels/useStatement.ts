import { useMemo } from 'react';
import type { ImageContent, Statement } from '../../../../shared/contract';
import { imageOfPart, statementsAbout } from '../imageParts';
import type { PanelProps } from './panel';

/**
 * The statement of a kind that a panel shows: the selected one, else the first about the image that the part belongs
 * to; and all that could be shown in its place.
 */
export function statementFor(
  { image, part }: PanelProps,
  kind: Statement['kind'],
): { statement: Statement | undefined; others: number; platform: string | undefined } {
  const { root } = image.document;
  const owner = imageOfPart(root, part);
  const all = owner === undefined ? [] : statementsAbout(root, owner, kind);
  const own = part.kind === 'statement' && part.statement.kind === kind ? part.statement : undefined;
  return { statement: own ?? all[0], others: Math.max(0, all.length - 1), platform: owner?.platform };
}

/** What to ask to read the statement of a panel; undefined where there is none. */
export function useStatementRequest(props: PanelProps, kind: Statement['kind']): ImageContent | undefined {
  const { source } = props.image;
  const digest = statementFor(props, kind).statement?.descriptor.digest;
  return useMemo(() => (digest === undefined ? undefined : { source, digest }), [source, digest]);
}
