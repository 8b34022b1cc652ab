import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultBuildSettings } from '../../../shared/contract';
import type { CheckResult, Finding } from '../../../shared/contract';
import { initLocales } from '../../locales';
import { checksStore } from '../../stores/checksStore';
import { problemsStore } from '../../stores/problemsStore';
import { projectStore, resetProject } from '../../stores/projectStore';
import { sampleProject, sampleStudio } from '../../testing/samples';
import type { ScriptedStudio } from '../../testing/scriptedStudio';
import { ProblemsPanel } from './ProblemsPanel';
import { useFollowProblems } from './useFollowProblems';

const text = 'FROM a AS Base\nWORKDIR b\n';
const finding = (patch: Partial<Finding>): Finding => ({
  severity: 'warning',
  message: 'not good',
  ranges: [{ startLine: 1, startColumn: 11, endLine: 1, endColumn: 15 }],
  platforms: ['linux/amd64', 'linux/arm64'],
  fixes: [],
  ...patch,
});
const casing = finding({
  rule: 'StageNameCasing',
  message: "Stage name 'Base' should be lowercase",
  description: 'Stage names should be lowercase',
  url: 'https://docs.example/casing/',
  fixes: [
    {
      kind: 'lowercase-stage-name',
      values: { name: 'base' },
      edits: [{ startOffset: 10, endOffset: 14, text: 'base' }],
    },
  ],
  ignore: {
    kind: 'ignore-rule',
    values: { rule: 'StageNameCasing' },
    edits: [{ startOffset: 0, endOffset: 0, text: '# check=skip=StageNameCasing\n' }],
  },
});
const result = (patch: Partial<CheckResult> = {}): CheckResult => ({
  state: 'checked',
  versions: ['v0.32.2'],
  platforms: ['linux/amd64', 'linux/arm64'],
  unchecked: [],
  findings: [casing],
  omitted: 0,
  ...patch,
});

function Panel() {
  useFollowProblems();
  return <ProblemsPanel />;
}

let studio: ScriptedStudio;
beforeEach(() => {
  initLocales('en');
  studio = sampleStudio({ 'clipboard.write': () => undefined });
  resetProject();
  problemsStore.setState({ problems: [] });
  checksStore.setState({ checking: false, result: result(), checkedText: text }, true);
  projectStore.setState({
    status: 'ready',
    project: sampleProject,
    dockerfile: 'Dockerfile',
    text,
    savedText: text,
    settings: defaultBuildSettings,
  });
});
afterEach(cleanup);

const show = () => render(<Panel />);
const state = (): string | null => screen.getByRole('status', { name: 'Checks' }).textContent;
const items = () => within(screen.getByRole('list', { name: 'Problems' })).getAllByRole('listitem');

test('a finding has its rule, its explanation and a link to copy', () => {
  show();
  expect(state()).toBe('Checked by BuildKit v0.32.2');
  const [item] = items();
  expect(item!.textContent).toContain("StageNameCasing Stage name 'Base' should be lowercase");
  expect(item!.textContent).toContain('Ln 1');
  expect(item!.textContent).toContain('Stage names should be lowercase');
  // It concerns all platforms, so none is named.
  expect(item!.textContent).not.toContain('linux/');
  expect(within(item!).queryByRole('link')).toBeNull();
  fireEvent.click(within(item!).getByText('https://docs.example/casing/'));
  expect(studio.paramsOf('clipboard.write')).toEqual([{ text: 'https://docs.example/casing/' }]);
});

test('one that concerns some platforms names them', () => {
  checksStore.setState({ result: result({ findings: [{ ...casing, platforms: ['linux/arm64'] }] }) });
  show();
  expect(items()[0]!.textContent).toContain('linux/arm64');
  expect(items()[0]!.textContent).not.toContain('linux/amd64');
});

test('a press fixes it in the text', () => {
  show();
  fireEvent.click(screen.getByRole('button', { name: 'Fix: name the stage base' }));
  expect(projectStore.getState().text).toBe('FROM a AS base\nWORKDIR b\n');
});

test('the menu leaves the rule out', async () => {
  show();
  fireEvent.click(screen.getByRole('button', { name: 'More for StageNameCasing' }));
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Ignore rule StageNameCasing' }));
  expect(projectStore.getState().text).toBe(`# check=skip=StageNameCasing\n${text}`);
});

test('while newer text waits for its answer, findings follow their lines and can not be fixed', () => {
  show();
  act(() => projectStore.setState({ text: `# new\n${text}` }));
  expect(items()[0]!.textContent).toContain('Ln 2');
  const fix = screen.getByRole<HTMLButtonElement>('button', { name: 'Fix: name the stage base' });
  expect(fix.disabled).toBe(true);
  act(() => projectStore.setState({ text: 'FROM other\n' }));
  expect(screen.queryByRole('list', { name: 'Problems' })).toBeNull();
});

test('errors come first; what the page finds itself gives way to what BuildKit says of the line', () => {
  const broken = 'FROM a AS Base\nRUNN b\n';
  projectStore.setState({ text: broken });
  const error = finding({
    severity: 'error',
    message: 'dockerfile parse error on line 2: unknown instruction: RUNN',
    ranges: [{ startLine: 2, startColumn: 1, endLine: 2, endColumn: 7 }],
  });
  checksStore.setState({ checkedText: broken, result: result({ findings: [casing, error] }) });
  show();
  expect(items().map((item) => item.textContent)).toEqual([
    expect.stringContaining('unknown instruction: RUNN'),
    expect.stringContaining('StageNameCasing'),
  ]);
});

test.each([
  [{ state: 'no-builder' }, 'No builder: only syntax is checked here'],
  [{ state: 'unsupported' }, 'This builder has no checks: only syntax is checked here'],
  [
    { state: 'failed', error: { code: 'internal', message: 'It broke.', hint: 'Try again.' } },
    'BuildKit could not check this Dockerfile; only syntax is checked here.It broke. Try again.',
  ],
] as const)('without an answer the page’s own findings remain: %o', (patch, said) => {
  const broken = 'FROM a\nRUNN b\n';
  projectStore.setState({ text: broken });
  checksStore.setState({ checkedText: broken, result: result({ versions: [], findings: [], ...patch }) });
  show();
  expect(state()).toBe(said);
  expect(items()[0]!.textContent).toContain('Unknown instruction RUNN');
});

test('it says while it asks, which platforms could not be checked, and what is not listed', () => {
  const error = { code: 'builder-unavailable', message: 'too slow' } as const;
  checksStore.setState({
    result: result({ unchecked: [{ platform: 'linux/s390x', error }], omitted: 3 }),
  });
  show();
  expect(screen.getByText('linux/s390x is not checked: too slow')).toBeTruthy();
  expect(screen.getByText('3 more findings are not listed.')).toBeTruthy();
  act(() => checksStore.setState({ checking: true }));
  expect(state()).toBe('Checking…');
});
