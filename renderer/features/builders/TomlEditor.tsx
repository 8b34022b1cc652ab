import { useMemo } from 'react';
import type { ConfigFinding } from '../../../shared/contract';
import { coreText } from '../../locales/core';
import { CodeText } from '../../ui/monaco/CodeText';
import styles from './NewBuilder.module.css';
import { tomlLanguage } from './tomlTokens';

const options = { guides: { indentation: false } };

/** A TOML text in Monaco. Tab moves on, as in a form. */
export default function TomlEditor({
  label,
  value,
  findings,
  onChange,
}: {
  label: string;
  value: string;
  findings?: readonly ConfigFinding[];
  /** Absent: the text is only shown. */
  onChange?: (value: string) => void;
}) {
  const told = useMemo(
    () => findings?.map((finding) => ({ ...finding, message: coreText(finding.message) })),
    [findings],
  );
  return (
    <CodeText
      label={label}
      value={value}
      language={tomlLanguage}
      options={options}
      className={styles.toml}
      {...(told === undefined ? {} : { findings: told })}
      {...(onChange === undefined ? {} : { onChange })}
    />
  );
}
