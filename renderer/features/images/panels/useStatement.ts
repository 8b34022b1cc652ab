import { useMemo } from 'react';
import type { ImageContent, Statement } from '../../../../shared/contract';
import { imageOfPart, statementsAbout } from '../imageParts';
import type { PanelProps } from './panel';

/**
 * The statement of a kind that a panel shows: the selected one, else the first about the image that the part belongs
 * to; how many could be shown in its place; and what to ask to read it. Undefined where there is none.
 */
export function useStatement(
  { image, part }: PanelProps,
  kind: Statement['kind'],
): {
  statement: Statement | undefined;
  request: ImageContent | undefined;
  others: number;
  platform: string | undefined;
} {
  const { source, document } = image;
  const owner = imageOfPart(document.root, part);
  const all = owner === undefined ? [] : statementsAbout(document.root, owner, kind);
  const own = part.kind === 'statement' && part.statement.kind === kind ? part.statement : undefined;
  const statement = own ?? all[0];
  const digest = statement?.descriptor.digest;
  const request = useMemo(() => (digest === undefined ? undefined : { source, digest }), [source, digest]);
  return { statement, request, others: Math.max(0, all.length - 1), platform: owner?.platform };
}
