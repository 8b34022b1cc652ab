import { ChevronDown } from 'lucide-react';
import { useId, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Input } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { ImageSource } from '../../../../shared/contract';
import { coreText } from '../../../locales/core';
import { useBuilds } from '../../../stores/buildsStore';
import { loadCatalog, useImages } from '../../../stores/imagesStore';
import field from '../../../ui/Field.module.css';
import styles from './Source.module.css';
import { findSuggestions } from './suggestions';
import type { Suggestion } from './suggestions';
import { useTags } from './useTags';

/**
 * A text field for a reference that offers what can be opened: tags of the typed repository, what was opened last,
 * builds, the engine's images. Arrows walk the offers, Enter takes the marked one or else what was typed, Escape folds
 * them away. They lie below `children`, so that buttons there can be pressed at any time; a field without any would
 * cover its neighbours, so it offers only when asked, by an arrow key or the button in it.
 */
export function ReferenceField({
  label,
  hideLabel = false,
  value,
  error,
  onChange,
  onSubmit,
  onChoose,
  autoFocus = false,
  children,
}: {
  label: string;
  hideLabel?: boolean;
  value: string;
  /** Why what was typed names no image. */
  error: string | undefined;
  onChange: (value: string) => void;
  /** Enter, with no offer marked. */
  onSubmit: () => void;
  onChoose: (source: ImageSource) => void;
  /** Takes the focus when it comes, as the first field of a dialog does. */
  autoFocus?: boolean;
  /** Buttons below the field that go with it. */
  children?: ReactNode;
}) {
  const { t } = useTranslation('images');
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isOpen, setOpen] = useState(false);
  // Until something is typed, everything is offered, whatever stands in the field.
  const [isTyped, setIsTyped] = useState(false);
  const [marked, setMarked] = useState(-1);
  const list = useRef<HTMLDivElement>(null);
  const tags = useTags(value, isOpen && isTyped);
  const catalog = useImages((state) => state.catalog);
  const builds = useBuilds((state) => state.builds);
  const suggestions = useMemo(
    () =>
      isOpen
        ? findSuggestions(isTyped ? value : '', {
            recent: catalog.value?.recent ?? [],
            builds,
            engine: catalog.value?.engine ?? [],
            tags: tags?.tags === undefined ? undefined : { repository: tags.repository, tags: tags.tags },
          })
        : [],
    [isOpen, isTyped, value, catalog.value, builds, tags],
  );

  const open = (): void => {
    if (catalog.value === undefined && catalog.error === undefined) void loadCatalog();
    setOpen(true);
  };
  const close = (): void => {
    setOpen(false);
    setIsTyped(false);
    setMarked(-1);
  };
  const choose = ({ source, label: text }: Suggestion): void => {
    onChange(text);
    close();
    onChoose(source);
  };
  const mark = (index: number): void => {
    setMarked(index);
    list.current?.querySelectorAll('[role=option]')[index]?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { length } = suggestions;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) open();
      else if (length > 0)
        mark((marked + (event.key === 'ArrowDown' ? 1 : marked < 0 ? 0 : -1) + length) % length);
    } else if (event.key === 'Escape' && isOpen) {
      // Not for a dialog around it.
      event.stopPropagation();
      close();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const suggestion = suggestions[marked];
      if (suggestion !== undefined) choose(suggestion);
      else {
        close();
        onSubmit();
      }
    }
  };

  const note =
    tags === undefined || tags.tags !== undefined
      ? undefined
      : tags.error === undefined
        ? t('tagsWaiting', { repository: tags.repository })
        : t('tagsFailed', { reason: coreText(tags.error.message) });
  const isShown = isOpen && (suggestions.length > 0 || note !== undefined || catalog.loading);
  return (
    <div className={styles.field}>
      <label htmlFor={`${id}-input`} className={hideLabel ? field.hidden : field.label}>
        {label}
      </label>
      <div className={field.combo}>
        <Input
          ref={input}
          id={`${id}-input`}
          type="text"
          className={`${field.input} ${field.mono}`}
          value={value}
          placeholder={t('referencePlaceholder')}
          spellCheck={false}
          autoComplete="off"
          autoFocus={autoFocus}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={isShown ? `${id}-list` : undefined}
          aria-activedescendant={isShown && marked >= 0 ? `${id}-${marked}` : undefined}
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          onChange={(event) => {
            onChange(event.target.value);
            setIsTyped(true);
            setMarked(-1);
            if (children !== undefined) open();
          }}
          onBlur={close}
          onKeyDown={onKeyDown}
        />
        {/* Keys have the arrows for it. */}
        <button
          type="button"
          tabIndex={-1}
          className={`${field.comboButton} ${styles.offers}`}
          aria-label={t('showSuggestions')}
          title={t('showSuggestions')}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => {
            input.current?.focus();
            if (isOpen) close();
            else open();
          }}
        >
          <ChevronDown size={12} strokeWidth={1.5} aria-hidden="true" />
        </button>
      </div>
      {error !== undefined && (
        <p id={`${id}-error`} role="alert" className={field.error}>
          {error}
        </p>
      )}
      {children}
      {isShown && (
        // A press must not take the focus from the field.
        <div
          ref={list}
          role="presentation"
          className={styles.popup}
          onMouseDown={(event) => event.preventDefault()}
        >
          {note !== undefined && (
            <p role="status" className={styles.popupNote}>
              {note}
            </p>
          )}
          {catalog.loading && (
            <p role="status" className={styles.popupNote}>
              {t('catalogWaiting')}
            </p>
          )}
          <div role="listbox" id={`${id}-list`} aria-label={t('suggestions')}>
            {suggestions.map((suggestion, index) => (
              <Offer
                key={suggestion.id}
                id={`${id}-${index}`}
                suggestion={suggestion}
                heading={
                  suggestions[index - 1]?.group === suggestion.group
                    ? undefined
                    : t(`offers.${suggestion.group}`)
                }
                isMarked={index === marked}
                onChoose={() => choose(suggestion)}
              />
            ))}
          </div>
          {catalog.value?.engineProblem !== undefined && (
            <p className={styles.popupNote}>
              {t('engineProblem', { reason: coreText(catalog.value.engineProblem.message) })}
            </p>
          )}
          {catalog.error !== undefined && (
            <p className={styles.popupNote}>
              {t('catalogFailed', { reason: coreText(catalog.error.message) })}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

function Offer({
  id,
  suggestion: { label, meta, group },
  heading,
  isMarked,
  onChoose,
}: {
  id: string;
  suggestion: Suggestion;
  /** Before the first one of a group. */
  heading: string | undefined;
  isMarked: boolean;
  onChoose: () => void;
}) {
  const { t } = useTranslation('images');
  return (
    <>
      {heading !== undefined && (
        <div aria-hidden="true" className={styles.heading}>
          {heading}
        </div>
      )}
      {/* The keys are the field's. */}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events */}
      <div
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={isMarked}
        aria-label={[label, meta, t(`offers.${group}`)].filter(Boolean).join(', ')}
        className={styles.offer}
        onClick={onChoose}
      >
        <span className={styles.offerLabel}>{label}</span>
        {meta !== undefined && <span className={styles.meta}>{meta}</span>}
      </div>
    </>
  );
}
