import { Search, X } from 'lucide-react';
import type { Ref } from 'react';
import { Button, Input, SearchField as AriaSearchField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import styles from './Field.module.css';

/** A search box; Escape and the cross empty it. */
export function SearchField({
  label,
  value,
  onChange,
  onSubmit,
  placeholder,
  inputRef,
  className = '',
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onSubmit?: () => void;
  placeholder?: string;
  inputRef?: Ref<HTMLInputElement>;
  className?: string;
}) {
  const { t } = useTranslation('app');
  return (
    <AriaSearchField
      aria-label={label}
      value={value}
      onChange={onChange}
      className={`${styles.search} ${className}`}
      {...(onSubmit === undefined ? {} : { onSubmit })}
    >
      <Search size={14} strokeWidth={1.5} aria-hidden="true" />
      <Input placeholder={placeholder ?? label} spellCheck={false} ref={inputRef ?? null} />
      <Button className={styles.clear ?? ''} aria-label={t('ui.clear')}>
        <X size={12} strokeWidth={1.5} aria-hidden="true" />
      </Button>
    </AriaSearchField>
  );
}
