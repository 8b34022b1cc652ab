import { cleanup, render } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CodeDiff } from './CodeDiff';
import { CodeText } from './CodeText';

/** What of Monaco is made, and what of it still stands. Monaco itself needs a browser that lays text out. */
const { alive, made, markers } = vi.hoisted(() => ({
  alive: new Set<string>(),
  made: [] as { what: string; options: Record<string, unknown> }[],
  markers: [] as { message: string; startLineNumber: number; endColumn: number }[],
}));
vi.mock('./theme', () => ({
  applyTheme: () => undefined,
  watchTheme: () => {
    alive.add('theme');
    return () => alive.delete('theme');
  },
}));
vi.mock('./monaco', () => {
  let count = 0;
  const standing = (kind: string) => {
    const name = `${kind} ${(count += 1)}`;
    alive.add(name);
    return {
      dispose: () => {
        if (!alive.delete(name)) throw new Error(`${name} is disposed of twice`);
        // Monaco complains about a model that goes before its editor.
        if (kind === 'model' && [...alive].some((one) => one.startsWith('editor'))) throw new Error(name);
      },
      isDisposed: () => !alive.has(name),
    };
  };
  const model = (initial: string) => {
    let text = initial;
    const listeners = new Set<() => void>();
    return {
      ...standing('model'),
      getValue: () => text,
      setValue: (value: string) => {
        text = value;
        for (const listener of listeners) listener();
      },
      updateOptions: () => undefined,
      getLineCount: () => text.split('\n').length,
      getLineMaxColumn: (line: number) => (text.split('\n')[line - 1]?.length ?? 0) + 1,
      onDidChangeContent: (listener: () => void) => {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      },
    };
  };
  const side = (what: string) => ({
    updateOptions: (options: Record<string, unknown>) => made.push({ what, options }),
  });
  return {
    monaco: {
      MarkerSeverity: { Error: 8, Warning: 4 },
      editor: {
        createModel: model,
        create: (_: HTMLElement, options: Record<string, unknown>) => {
          made.push({ what: 'text', options });
          return standing('editor');
        },
        createDiffEditor: (_: HTMLElement, options: Record<string, unknown>) => {
          made.push({ what: 'diff', options });
          return {
            ...standing('editor'),
            getOriginalEditor: () => side('before'),
            getModifiedEditor: () => side('after'),
            setModel: () => undefined,
          };
        },
        setModelMarkers: (_: unknown, __: string, all: typeof markers) => markers.splice(0, 99, ...all),
      },
    },
  };
});

beforeEach(() => {
  made.length = 0;
  markers.length = 0;
});
afterEach(() => {
  cleanup();
  expect([...alive]).toEqual([]);
});

const modelOf = (at: number) =>
  made[at]?.options['model'] as { getValue(): string; setValue(text: string): void };

describe('a text', () => {
  const shown = (value: string, onChange?: (value: string) => void) => (
    <CodeText
      label="Config"
      value={value}
      language="toml"
      className="box"
      findings={[{ severity: 'error', line: 9, column: 2, message: 'unknown key' }]}
      {...(onChange === undefined ? {} : { onChange })}
    />
  );

  it('can only be read unless somebody takes what is written', () => {
    render(shown('a'));
    expect(made[0]).toMatchObject({
      what: 'text',
      options: { readOnly: true, ariaLabel: 'Config', tabFocusMode: true, editContext: false },
    });
    cleanup();
    const written: string[] = [];
    render(shown('a', (value) => written.push(value)));
    expect(made[1]).toMatchObject({ options: { readOnly: false } });
    modelOf(1).setValue('ab');
    expect(written).toEqual(['ab']);
  });

  it('takes another value without another editor, and keeps findings inside of the text', () => {
    const { rerender } = render(shown('a'));
    rerender(shown('a longer one'));
    expect(made).toHaveLength(1);
    expect(modelOf(0).getValue()).toBe('a longer one');
    expect(markers).toMatchObject([{ message: 'unknown key', startLineNumber: 1 }]);
  });
});

describe('two texts', () => {
  it('have their own names, and are made anew for others', () => {
    const shown = (after: string) => (
      <CodeDiff
        before="a"
        after={after}
        beforeLabel="Before"
        afterLabel="After"
        language="json"
        className="box"
      />
    );
    const { rerender } = render(shown('b'));
    expect(made.map(({ what, options }) => [what, options['ariaLabel'], options['readOnly']])).toEqual([
      ['diff', undefined, true],
      ['before', 'Before', undefined],
      ['after', 'After', undefined],
    ]);
    rerender(shown('c'));
    expect(made).toHaveLength(6);
    expect(alive.size).toBe(4);
  });
});
