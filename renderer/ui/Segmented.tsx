import type { ReactNode } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import styles from './Field.module.css';

export interface Segment<T extends string> {
  id: T;
  /** Accessible name of the radio; also what is shown unless `content` is given. */
  label: string;
  content?: ReactNode;
  isDisabled?: boolean;
}

/** One of a few choices, side by side: a radiogroup. */
export function Segmented<T extends string>({
  label,
  value,
  onChange,
  segments,
}: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  segments: readonly Segment<T>[];
}) {
  return (
    <RadioGroup
      aria-label={label}
      orientation="horizontal"
      className={styles.segments ?? ''}
      value={value}
      onChange={(next) => onChange(next as T)}
    >
      {segments.map((segment) => (
        <Radio
          key={segment.id}
          value={segment.id}
          isDisabled={segment.isDisabled ?? false}
          className={styles.segment ?? ''}
          {...(segment.content === undefined ? {} : { 'aria-label': segment.label })}
        >
          {segment.content ?? segment.label}
        </Radio>
      ))}
    </RadioGroup>
  );
}
