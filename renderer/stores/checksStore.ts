import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Builder, CheckedTarget, CheckRequest, CheckResult, Outline } from '../../shared/contract';
import { applyEdits, type Fix } from '../../shared/dockerfile/fixes';
import { errorData, studio } from '../app/studio';
import { builderOf, buildersStore } from './buildersStore';
import { projectStore, setText } from './projectStore';

/** What BuildKit says about the Dockerfile on screen. */
export interface ChecksState {
  /** Something was changed since the result, or no result is there yet, and BuildKit is or will be asked. */
  checking: boolean;
  /** The newest answer for the open Dockerfile. Its places and edits are those of `checkedText`. */
  result?: CheckResult;
  /** The text that the result is about; the one on screen may be newer. */
  checkedText?: string;
  /** The newest that was there: a Dockerfile that is broken while somebody types has none. */
  outline?: Outline;
  targets?: readonly CheckedTarget[];
}

const nothingKnown: ChecksState = { checking: false };

export const checksStore = createStore<ChecksState>()(() => nothingKnown);

export function useChecks<T>(select: (state: ChecksState) => T): T {
  return useStore(checksStore, select);
}

/** How long nothing has to change before BuildKit is asked. */
const delayMs = 300;

/** Counts what is asked: only the answer to the newest question is taken. */
let asked = 0;

/**
 * Has the core check the open Dockerfile shortly after its text, its settings or its builder changed.
 *
 * @returns stops that
 */
export function followChecks(): () => void {
  let settings = '';
  let text: string | undefined;
  let file = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort = new AbortController();
  const ask = async (request: CheckRequest): Promise<void> => {
    abort.abort();
    abort = new AbortController();
    await check(request, abort.signal);
  };
  const look = (): void => {
    const request = currentCheckRequest();
    const { text: nextText, ...others } = request ?? {};
    const nextSettings = JSON.stringify([others, statuses(request?.builder)]);
    if (nextText === text && nextSettings === settings) return;
    text = nextText;
    settings = nextSettings;
    clearTimeout(timer);
    const nextFile = request === undefined ? '' : JSON.stringify([request.project, request.dockerfile]);
    if (nextFile !== file) forget();
    file = nextFile;
    if (request === undefined) return;
    checksStore.setState({ checking: true });
    timer = setTimeout(() => void ask(request), delayMs);
  };
  const stops = [projectStore.subscribe(look), buildersStore.subscribe(look)];
  look();
  return () => {
    stops.forEach((stop) => stop());
    clearTimeout(timer);
    abort.abort();
    forget();
  };
}

/** Asks now. An answer that comes after a newer question was asked is dropped. */
async function check(request: CheckRequest, signal: AbortSignal): Promise<void> {
  const mine = ++asked;
  checksStore.setState({ checking: true });
  let result: CheckResult;
  try {
    result = await studio().call('checks.run', request, { signal });
  } catch (error) {
    if (mine !== asked || signal.aborted) return;
    const failed = { versions: [], platforms: [], unchecked: [], findings: [], omitted: 0 };
    result = { ...failed, state: 'failed', error: errorData(error) };
  }
  if (mine !== asked) return;
  const { outline, targets } = result;
  checksStore.setState({
    checking: false,
    result,
    checkedText: request.text,
    ...(outline !== undefined && { outline }),
    ...(targets !== undefined && { targets }),
  });
}

/** Makes a fix's edits in the text on screen; nothing happens when that is no longer the text that was checked. */
export function applyFix({ edits }: Pick<Fix, 'edits'>): void {
  const { text } = projectStore.getState();
  if (text === checksStore.getState().checkedText) setText(applyEdits(text, edits));
}

function forget(): void {
  asked += 1;
  checksStore.setState(nothingKnown, true);
}

/** What is on screen, as the core is asked about it; undefined while there is nothing to check. */
function currentCheckRequest(): CheckRequest | undefined {
  const { project, dockerfile, text, settings, builder: chosen } = projectStore.getState();
  if (project === undefined || dockerfile === undefined || !buildersStore.getState().loaded) return undefined;
  const { platforms, target, buildArgs, buildContexts } = settings;
  const builder = builderOf(chosen)?.name ?? '';
  return { project: project.path, dockerfile, text, builder, platforms, target, buildArgs, buildContexts };
}

/** A builder that comes or goes makes the answer another one. */
function statuses(name: string | undefined): string[] {
  const builder: Builder | undefined = buildersStore
    .getState()
    .builders.find((candidate) => candidate.name === name);
  return builder?.nodes.map(({ name: node, status, version }) => `${node} ${status} ${version ?? ''}`) ?? [];
}
