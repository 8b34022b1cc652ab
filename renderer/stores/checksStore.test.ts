import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultBuildSettings, StudioError } from '../../shared/contract';
import type { CheckRequest, CheckResult } from '../../shared/contract';
import { sampleBuilder, sampleProject } from '../testing/samples';
import { scriptedStudio } from '../testing/scriptedStudio';
import { buildersStore } from './buildersStore';
import { applyFix, checksStore, followChecks } from './checksStore';
import { projectStore, resetProject, setText, updateBuildSettings } from './projectStore';

const checked = (patch: Partial<CheckResult> = {}): CheckResult => ({
  state: 'checked',
  versions: ['v1'],
  platforms: ['linux/amd64'],
  unchecked: [],
  findings: [],
  omitted: 0,
  ...patch,
});

/** What was asked and waits for its answer. */
interface Pending {
  request: CheckRequest;
  answer(result: CheckResult): void;
  refuse(error: unknown): void;
}

let pending: Pending[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  pending = [];
  scriptedStudio({
    'projects.saveDraft': () => undefined,
    'projects.saveBuildSettings': () => undefined,
    'checks.run': (request) => new Promise((answer, refuse) => pending.push({ request, answer, refuse })),
  });
  resetProject();
  buildersStore.setState({ loaded: true, builders: [sampleBuilder()] });
  projectStore.setState({
    status: 'ready',
    project: sampleProject,
    dockerfile: 'Dockerfile',
    text: 'FROM a\n',
    savedText: 'FROM a\n',
    settings: { ...defaultBuildSettings, platforms: ['linux/amd64'] },
  });
  stop = followChecks();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);
const afterTyping = (): Promise<void> => vi.advanceTimersByTimeAsync(300).then(() => undefined);

describe('asking', () => {
  test('waits until typing stops, then asks once with all that matters', async () => {
    for (const text of ['FROM b', 'FROM bu', 'FROM busybox\n']) {
      setText(text);
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(pending).toEqual([]);
    expect(checksStore.getState().checking).toBe(true);
    await vi.advanceTimersByTimeAsync(100);
    expect(pending.map(({ request }) => request)).toEqual([
      {
        project: '/src/hello',
        dockerfile: 'Dockerfile',
        text: 'FROM busybox\n',
        builder: 'local',
        platforms: ['linux/amd64'],
        target: '',
        buildArgs: [],
        buildContexts: [],
      },
    ]);
    pending[0]!.answer(checked());
    await settle();
    expect(checksStore.getState()).toMatchObject({ checking: false, checkedText: 'FROM busybox\n' });
  });

  test('happens again for settings and builders that matter, and not for others', async () => {
    await afterTyping();
    updateBuildSettings({ tags: ['x'] });
    await afterTyping();
    expect(pending).toHaveLength(1);
    updateBuildSettings({ target: 'b' });
    await afterTyping();
    expect(pending).toHaveLength(2);
    const builder = sampleBuilder();
    buildersStore.setState({ builders: [{ ...builder, nodes: [{ ...builder.nodes[0]!, cacheBytes: 5 }] }] });
    await afterTyping();
    expect(pending).toHaveLength(2);
    buildersStore.setState({
      builders: [{ ...builder, nodes: [{ ...builder.nodes[0]!, status: 'unreachable' }] }],
    });
    await afterTyping();
    expect(pending).toHaveLength(3);
  });

  test('what fails is told, unless newer text waits', async () => {
    await afterTyping();
    pending[0]!.refuse(new StudioError({ code: 'internal', message: 'broken' }));
    await settle();
    expect(checksStore.getState().result).toMatchObject({ state: 'failed', error: { message: 'broken' } });
  });
});

test('the answer that is shown is never older than one that was shown before, and in the end it is the newest', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constant('type' as const), fc.nat(9)), { minLength: 1, maxLength: 20 }),
      async (steps) => {
        stop();
        pending = [];
        stop = followChecks();
        let typed = 0;
        const shown: number[] = [];
        const numberOf = (text: string | undefined): number => Number(/\d+/.exec(text ?? '')?.[0] ?? -1);
        const unsubscribe = checksStore.subscribe(({ checkedText, result }) => {
          if (result === undefined) return;
          // The result is the one about that very text.
          expect(result.versions).toEqual([checkedText]);
          shown.push(numberOf(checkedText));
        });
        const answer = async (one: Pending | undefined): Promise<void> => {
          one?.answer(checked({ versions: [one.request.text] }));
          await settle();
        };
        for (const step of steps) {
          if (step === 'type') {
            setText(`FROM a${(typed += 1)}\n`);
            await afterTyping();
          } else if (pending.length > 0) await answer(pending.splice(step % pending.length, 1)[0]);
        }
        await afterTyping();
        for (const one of pending.toReversed()) await answer(one);
        unsubscribe();
        expect(shown).toEqual(shown.toSorted((a, b) => a - b));
        expect(checksStore.getState().checkedText).toBe(projectStore.getState().text);
        projectStore.setState({ text: 'FROM a\n' });
      },
    ),
    { numRuns: 60 },
  );
});

test('another Dockerfile starts with nothing; an answer for the one before is dropped', async () => {
  await afterTyping();
  pending[0]!.answer(checked({ outline: { args: [], secrets: [], ssh: [] } }));
  await settle();
  setText('FROM b\n');
  await afterTyping();
  projectStore.setState({ dockerfile: 'dev.Dockerfile', text: 'FROM dev\n' });
  expect(checksStore.getState()).toEqual({ checking: true });
  pending[1]!.answer(checked());
  await settle();
  expect(checksStore.getState()).toEqual({ checking: true });
});

test('the outline stays while the text is broken', async () => {
  await afterTyping();
  const outline = { args: [], secrets: [{ id: 's', required: true }], ssh: [] };
  pending[0]!.answer(checked({ outline }));
  await settle();
  setText('FRO\n');
  await afterTyping();
  pending[1]!.answer(checked());
  await settle();
  expect(checksStore.getState()).toMatchObject({ outline, checkedText: 'FRO\n' });
});

test('a fix is made in the text that was checked, and in no other', async () => {
  await afterTyping();
  pending[0]!.answer(checked());
  await settle();
  const edits = [{ startOffset: 5, endOffset: 6, text: 'b' }];
  applyFix({ edits });
  expect(projectStore.getState().text).toBe('FROM b\n');
  applyFix({ edits: [{ startOffset: 0, endOffset: 4, text: 'XXXX' }] });
  expect(projectStore.getState().text).toBe('FROM b\n');
});
