import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudioError } from '../../../shared/contract';
import type { ImageContent, RawDocument } from '../../../shared/contract';
import type { studio } from '../../app/studio';
import { setStudio } from '../../app/studio';
import { sampleDigest } from '../../testing/sampleImages';
import { scriptedStudio } from '../../testing/scriptedStudio';
import { forgetContents, useContent, useContents } from './content';

const source = { kind: 'registry', reference: 'a' } as const;
const one = (digits: string): ImageContent => ({ source, digest: sampleDigest(digits) });

let asked: {
  digest: string;
  signal: AbortSignal | undefined;
  give: (value: RawDocument) => void;
  refuse: (error: unknown) => void;
}[];

beforeEach(() => {
  asked = [];
  const core = scriptedStudio();
  setStudio({
    ...core,
    call: ((_name: string, params: ImageContent, options?: { signal?: AbortSignal }) =>
      new Promise<unknown>((give, refuse) => {
        asked.push({ digest: params.digest, signal: options?.signal, give, refuse });
      })) as ReturnType<typeof studio>['call'],
  });
});
afterEach(() => {
  cleanup();
  forgetContents();
});

function Shown({ request }: { request: ImageContent | undefined }) {
  const { content, retry } = useContent('images.raw', request);
  return (
    <>
      <p>{content?.status === 'ready' ? content.value.text : (content?.status ?? 'nothing')}</p>
      <button type="button" onClick={retry}>
        again
      </button>
    </>
  );
}
function Several({ requests }: { requests: ImageContent[] }) {
  const contents = useContents('images.raw', requests);
  return <p>{contents.map((content) => content?.status ?? 'nothing').join(' ')}</p>;
}
const document = (text: string): RawDocument => ({ text, size: text.length, truncated: false });

describe('a content', () => {
  it('is read once for all that need it, and kept', async () => {
    const { unmount } = render(
      <>
        <Shown request={one('1')} />
        <Shown request={one('1')} />
      </>,
    );
    expect(screen.getAllByText('loading')).toHaveLength(2);
    await act(async () => asked[0]!.give(document('there')));
    expect(screen.getAllByText('there')).toHaveLength(2);
    unmount();
    render(<Shown request={one('1')} />);
    expect(screen.getByText('there')).toBeTruthy();
    expect(asked).toHaveLength(1);
  });

  it('is no longer read when nobody needs it', () => {
    const { rerender } = render(<Shown request={one('1')} />);
    rerender(<Shown request={one('2')} />);
    expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
    rerender(<Shown request={undefined} />);
    expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, true]);
    expect(screen.getByText('nothing')).toBeTruthy();
  });

  it('does not show what was asked for before', async () => {
    const { rerender } = render(<Shown request={one('1')} />);
    rerender(<Shown request={one('2')} />);
    await act(async () => {
      asked[1]!.give(document('second'));
      asked[0]!.give(document('first'));
    });
    expect(screen.getByText('second')).toBeTruthy();
  });

  it('can be asked for again after a failure', async () => {
    render(<Shown request={one('1')} />);
    await act(async () => asked[0]!.refuse(new StudioError({ code: 'not-found', message: 'gone' })));
    expect(screen.getByText('failed')).toBeTruthy();
    act(() => screen.getByText('again').click());
    expect(screen.getByText('loading')).toBeTruthy();
    await act(async () => asked[1]!.give(document('now')));
    expect(screen.getByText('now')).toBeTruthy();
  });

  it('is read anew after a refresh, while it is needed', async () => {
    render(<Shown request={one('1')} />);
    await act(async () => asked[0]!.give(document('old')));
    act(() => forgetContents());
    expect(screen.getByText('loading')).toBeTruthy();
    await act(async () => asked[1]!.give(document('new')));
    expect(screen.getByText('new')).toBeTruthy();
  });

  it('stands in the place of its request among several', async () => {
    render(<Several requests={[one('1'), one('2'), one('3')]} />);
    await act(async () => asked[1]!.give(document('x')));
    await act(async () => asked[2]!.refuse(new Error('x')));
    expect(screen.getByText('loading ready failed')).toBeTruthy();
  });
});
