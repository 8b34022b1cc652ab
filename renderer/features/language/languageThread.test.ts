import { expect, test, vi } from 'vitest';
import { readDocument } from '../../../shared/dockerfile/language';
import type { LanguageQuestion } from './language.worker';
import { languageThread } from './languageThread';
import type { EditedText } from './languageThread';

class Text implements EditedText {
  private version = 1;
  constructor(private value: string) {}
  getVersionId = (): number => this.version;
  getValue = (): string => this.value;
  edit(value: string): void {
    this.value = value;
    this.version += 1;
  }
}

/** A worker that answers when the test says so. */
function slowWorker() {
  const asked: LanguageQuestion[] = [];
  const worker = {
    postMessage: (question: LanguageQuestion) => asked.push(question),
    terminate: vi.fn(),
    onmessage: (_event: { data: unknown }): void => undefined,
    onerror: (_event: { message: string }): void => undefined,
  };
  return { worker, asked, start: () => worker as unknown as Worker };
}
const documentOf = (text: Text) => readDocument(text.getValue());

test('asks one question at a time, and sends a text once', async () => {
  const slow = slowWorker();
  const thread = languageThread(slow.start, documentOf, vi.fn());
  const text = new Text('FROM a AS b\nFROM b\n');
  const outline = thread.ask('outline', text);
  const highlights = thread.ask('highlights', text, 11);
  expect(slow.asked).toEqual([{ kind: 'outline', offset: 0, text: 'FROM a AS b\nFROM b\n' }]);
  slow.worker.onmessage({ data: { answer: ['an outline'] } });
  expect(await outline).toEqual(['an outline']);
  expect(slow.asked.slice(1)).toEqual([{ kind: 'highlights', offset: 11 }]);
  slow.worker.onmessage({ data: { answer: [] } });
  expect(await highlights).toEqual([]);
});

test('what was asked about an older text is not answered any more', async () => {
  const slow = slowWorker();
  const thread = languageThread(slow.start, documentOf, vi.fn());
  const text = new Text('FROM a');
  const first = thread.ask('folding', text);
  const second = thread.ask('completions', text, 6);
  text.edit('FROM ab');
  const third = thread.ask('completions', text, 7);
  slow.worker.onmessage({ data: { answer: [] } });
  expect(await first).toEqual([]);
  expect(await second).toBeUndefined();
  expect(slow.asked.at(-1)).toEqual({ kind: 'completions', offset: 7, text: 'FROM ab' });
  slow.worker.onmessage({ data: { answer: undefined } });
  expect(await third).toBeUndefined();
});

test('a worker that breaks or never starts is told of, and the page answers itself', async () => {
  const text = new Text('FROM a AS b\nFROM b\n');
  const slow = slowWorker();
  const onFailure = vi.fn();
  const thread = languageThread(slow.start, documentOf, onFailure);
  const running = thread.ask('outline', text);
  const waiting = thread.ask('highlights', text, 11);
  slow.worker.onmessage({ data: { failure: 'a defect' } });
  expect((await running)?.map(({ name }) => name)).toEqual(['b', 'stage-1']);
  expect(await waiting).toHaveLength(2);
  expect(slow.worker.terminate).toHaveBeenCalledOnce();
  expect(onFailure).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: 'a defect' }));

  let reads = 0;
  const flawed = languageThread(
    slow.start,
    (one: Text) => {
      reads += 1;
      if (reads === 1) throw new Error('unreadable');
      return documentOf(one);
    },
    vi.fn(),
  );
  const asked = [flawed.ask('outline', text), flawed.ask('folding', text)];
  slow.worker.onmessage({ data: { failure: 'unreadable' } });
  await expect(asked[0]).rejects.toThrow('unreadable');
  expect(await asked[1]).toEqual([]);

  const never = languageThread(
    () => {
      throw new Error('no workers');
    },
    documentOf,
    onFailure,
  );
  expect(await never.ask('folding', text)).toEqual([]);
  expect(onFailure).toHaveBeenCalledTimes(2);
});
