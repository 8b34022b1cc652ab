import { Check, Minus } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { Checkbox as AriaCheckbox } from 'react-aria-components';
import styles from './Field.module.css';

export interface CheckboxProps {
  /** Accessible name, when the children hold more than that. */
  label?: string;
  isSelected: boolean;
  onChange: (selected: boolean) => void;
  isIndeterminate?: boolean;
  isDisabled?: boolean;
  /** Shown under the checkbox; it is the accessible description. */
  description?: ReactNode;
  /** Id of an element elsewhere that describes it. */
  describedBy?: string;
  children?: ReactNode;
}

/** A checkbox and its label. */
export function Checkbox({
  label,
  isSelected,
  onChange,
  isIndeterminate = false,
  isDisabled = false,
  description,
  describedBy,
  children,
}: CheckboxProps) {
  const descriptionId = useId();
  const describes = description === undefined ? describedBy : descriptionId;
  const checkbox = (
    <AriaCheckbox
      className={styles.check ?? ''}
      isSelected={isSelected}
      onChange={onChange}
      isIndeterminate={isIndeterminate}
      isDisabled={isDisabled}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(describes === undefined ? {} : { 'aria-describedby': describes })}
    >
      <span className={styles.box} aria-hidden="true">
        {isIndeterminate ? <Minus size={12} strokeWidth={2} /> : <Check size={12} strokeWidth={2} />}
      </span>
      {children ?? label}
    </AriaCheckbox>
  );
  if (description === undefined) return checkbox;
  return (
    <div className={styles.checkField}>
      {checkbox}
      <div id={descriptionId} className={styles.description}>
        {description}
      </div>
    </div>
  );
}
