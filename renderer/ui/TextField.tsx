import type { HTMLInputTypeAttribute, Ref } from 'react';
import { FieldError, Input, Label, Text, TextArea, TextField as AriaTextField } from 'react-aria-components';
import styles from './Field.module.css';

export interface TextFieldProps {
  /** Accessible name, shown above unless `hideLabel`. */
  label: string;
  hideLabel?: boolean;
  value: string;
  onChange?: (value: string) => void;
  onBlur?: () => void;
  /** Enter in a field of one line. */
  onSubmit?: () => void;
  placeholder?: string;
  description?: string;
  /** Why the value can't be used. Shown under the field and announced. */
  error?: string | undefined;
  mono?: boolean;
  size?: 'md' | 'sm';
  /** Number of lines; more than one makes it a text area. */
  rows?: number;
  type?: HTMLInputTypeAttribute;
  isReadOnly?: boolean;
  isDisabled?: boolean;
  autoFocus?: boolean;
  inputRef?: Ref<HTMLInputElement>;
}

/** A text input of one line or several. */
export function TextField({
  label,
  hideLabel = false,
  value,
  onChange,
  onBlur,
  onSubmit,
  placeholder,
  description,
  error,
  mono = false,
  size = 'md',
  rows = 1,
  type = 'text',
  inputRef,
  isReadOnly = false,
  isDisabled = false,
  autoFocus = false,
}: TextFieldProps) {
  const classes = [styles.input, mono ? styles.mono : '', size === 'sm' ? styles.small : ''].join(' ');
  const shared = { className: classes, spellCheck: false, autoComplete: 'off' } as const;
  return (
    <AriaTextField
      className={styles.field ?? ''}
      value={value}
      isInvalid={error !== undefined}
      isReadOnly={isReadOnly}
      isDisabled={isDisabled}
      autoFocus={autoFocus}
      {...(onChange === undefined ? {} : { onChange })}
      {...(onBlur === undefined ? {} : { onBlur })}
      {...(onSubmit === undefined
        ? {}
        : { onKeyDown: (event) => (event.key === 'Enter' ? onSubmit() : event.continuePropagation()) })}
    >
      <Label className={hideLabel ? styles.hidden : styles.label}>{label}</Label>
      {rows > 1 ? (
        <TextArea {...shared} rows={rows} placeholder={placeholder ?? ''} />
      ) : (
        <Input {...shared} type={type} placeholder={placeholder ?? ''} ref={inputRef ?? null} />
      )}
      {description !== undefined && (
        <Text slot="description" className={styles.description ?? ''}>
          {description}
        </Text>
      )}
      {error !== undefined && <FieldError className={styles.error ?? ''}>{error}</FieldError>}
    </AriaTextField>
  );
}
