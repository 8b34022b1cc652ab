import { X } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatPlatform, parsePlatform, usualPlatforms } from '../../shared/model/platform';
import { coreText } from '../locales/core';
import field from './Field.module.css';
import { PlatformLabel } from './PlatformGlyph';
import styles from './PlatformField.module.css';

/** A list of platforms as chips, with a box to add more; each is kept in its canonical form. */
export function PlatformField({
  label,
  hint,
  platforms,
  onChange,
  description,
  error,
  suggestions = usualPlatforms,
}: {
  label: string;
  /** Shown at the end of the label's line. */
  hint?: ReactNode;
  platforms: readonly string[];
  onChange: (platforms: string[]) => void;
  description?: string;
  /** Why the platforms can't be used. */
  error?: string | undefined;
  suggestions?: readonly string[];
}) {
  const { t } = useTranslation('app');
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const shownError = problem ?? error;

  const add = (typed: string): void => {
    const words = typed.split(/[\s,]+/).filter((word) => word !== '');
    const parsed = words.map((word) => parsePlatform(whole(word)));
    const bad = parsed.find((one) => !one.ok);
    if (bad !== undefined && !bad.ok) return setProblem(coreText(bad.error.message));
    const added = parsed.flatMap((one) => (one.ok ? [formatPlatform(one.value)] : []));
    setText('');
    setProblem(undefined);
    if (added.length > 0) onChange([...new Set([...platforms, ...added])]);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' || event.key === ',' || event.key === ' ') {
      if (text.trim() === '') return;
      event.preventDefault();
      add(text);
    } else if (event.key === 'Backspace' && text === '' && platforms.length > 0) {
      onChange(platforms.slice(0, -1));
    }
  };
  return (
    <div className={field.field}>
      <span className={styles.head}>
        <label htmlFor={`${id}-input`} className={field.label}>
          {label}
        </label>
        {hint !== undefined && <span className={field.description}>{hint}</span>}
      </span>
      <div className={styles.box} data-invalid={shownError !== undefined || undefined}>
        {platforms.map((platform) => (
          <span key={platform} className={styles.chip}>
            <PlatformLabel platform={platform} short />
            <button
              type="button"
              className={styles.remove}
              aria-label={t('ui.removePlatform', { platform })}
              onClick={() => {
                onChange(platforms.filter((one) => one !== platform));
                input.current?.focus();
              }}
            >
              <X size={11} strokeWidth={1.5} aria-hidden="true" />
            </button>
          </span>
        ))}
        <input
          ref={input}
          id={`${id}-input`}
          type="text"
          list={`${id}-list`}
          className={styles.input}
          placeholder={t('ui.addPlatform')}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={shownError !== undefined}
          aria-describedby={`${id}-error ${id}-text`}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setProblem(undefined);
            // A suggestion that was chosen comes whole, in one step.
            if (!(event.nativeEvent instanceof InputEvent) && suggestions.includes(event.target.value)) {
              add(event.target.value);
            }
          }}
          onKeyDown={onKeyDown}
          onBlur={() => add(text)}
        />
        <datalist id={`${id}-list`}>
          {suggestions
            .filter((platform) => !platforms.includes(platform))
            .map((platform) => (
              <option key={platform} value={platform} />
            ))}
        </datalist>
      </div>
      <span id={`${id}-text`} className={field.description} hidden={description === undefined}>
        {description}
      </span>
      <span id={`${id}-error`} role="status" className={field.error} hidden={shownError === undefined}>
        {shownError}
      </span>
    </div>
  );
}

/** The chips leave `linux/` out, so `arm/v7` is taken for what it looks like there. */
function whole(word: string): string {
  const [first = '', ...rest] = word.split('/');
  const alone = parsePlatform(first);
  const isArchitecture = alone.ok && alone.value.os === 'linux' && first.toLowerCase() !== 'linux';
  return rest.length > 0 && isArchitecture ? `linux/${word}` : word;
}
