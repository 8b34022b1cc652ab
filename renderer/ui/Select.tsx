import { ChevronsUpDown } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { ListBox, ListBoxItem, ListLayout, Popover, Virtualizer } from 'react-aria-components';
import styles from './Menu.module.css';

export interface SelectOption {
  id: string;
  label: string;
  /** Shown at the end of the row in a weaker colour. */
  meta?: string;
  icon?: ReactNode;
  isDisabled?: boolean;
}

export interface SelectProps {
  /** Accessible name, shown above unless `hideLabel` or look `bar`. */
  label: string;
  hideLabel?: boolean;
  /** `field` in forms, `bar` in the title bar. */
  look?: 'field' | 'bar';
  size?: 'md' | 'sm';
  options: readonly SelectOption[];
  value: string | undefined;
  onChange: (id: string) => void;
  /** Shown while nothing is chosen. */
  placeholder?: string;
  /** Replaces the chosen option's label in the closed state. */
  children?: ReactNode;
  isDisabled?: boolean;
  /** Id of an element that describes it. */
  describedBy?: string;
}

/** Rows above this number are virtual. */
const manyOptions = 200;

/** One of a list: a button of role combobox that opens a list box. */
export function Select({
  label,
  hideLabel = false,
  look = 'field',
  size = 'md',
  options,
  value,
  onChange,
  placeholder = '',
  children,
  isDisabled = false,
  describedBy,
}: SelectProps) {
  const [isOpen, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const listId = useId();
  const labelId = useId();
  const chosen = options.find((option) => option.id === value);
  const classes = look === 'bar' ? styles.bar : `${styles.field} ${size === 'sm' ? styles.small : ''}`;
  const labelled = look === 'bar' || hideLabel ? { 'aria-label': label } : { 'aria-labelledby': labelId };

  const openWithArrows = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    setOpen(true);
  };
  const list = (
    <ListBox
      id={listId}
      aria-label={label}
      className={styles.list ?? ''}
      items={options}
      selectionMode="single"
      autoFocus
      selectedKeys={chosen === undefined ? [] : [chosen.id]}
      disabledKeys={options.filter((option) => option.isDisabled).map((option) => option.id)}
      onSelectionChange={(keys) => {
        setOpen(false);
        // Empty when the chosen option is pressed again.
        const [key] = keys === 'all' ? [] : [...keys];
        if (key !== undefined) onChange(String(key));
      }}
    >
      {(option) => (
        <ListBoxItem id={option.id} textValue={option.label} className={styles.item ?? ''}>
          {option.icon}
          <span className={styles.grow}>{option.label}</span>
          {option.meta !== undefined && <span className={styles.meta}>{option.meta}</span>}
        </ListBoxItem>
      )}
    </ListBox>
  );

  return (
    <div style={{ minWidth: 0 }}>
      {look === 'field' && !hideLabel && (
        <span id={labelId} className={styles.label}>
          {label}
        </span>
      )}
      <button
        ref={trigger}
        type="button"
        role="combobox"
        className={classes}
        {...labelled}
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        aria-describedby={describedBy}
        disabled={isDisabled}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={openWithArrows}
      >
        {children ?? (
          <>
            {chosen?.icon}
            <span className={`${styles.value} ${chosen === undefined ? styles.placeholder : ''}`}>
              {chosen?.label ?? placeholder}
            </span>
          </>
        )}
        <ChevronsUpDown size={12} strokeWidth={1.5} className={styles.chevron} aria-hidden="true" />
      </button>
      <Popover
        aria-label={label}
        triggerRef={trigger}
        isOpen={isOpen}
        onOpenChange={setOpen}
        placement="bottom start"
        offset={4}
        className={`${styles.popover} ${styles.select}`}
      >
        {options.length > manyOptions ? (
          <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight: 26, padding: 4 }}>
            {list}
          </Virtualizer>
        ) : (
          list
        )}
      </Popover>
    </div>
  );
}
