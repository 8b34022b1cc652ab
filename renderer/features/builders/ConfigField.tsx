import i18next from 'i18next';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConfigFinding } from '../../../shared/contract';
import { errorData, studio } from '../../app/studio';
import { coreText } from '../../locales/core';
import { StatusIcon } from '../../ui/StatusIcon';
import { TextField } from '../../ui/TextField';
import styles from './NewBuilder.module.css';

// Monaco is loaded when a configuration is first looked at.
const TomlEditor = lazy(async () => {
  if (i18next.language === 'zh-CN') await import('monaco-editor/nls/lang/zh-cn');
  return import('./TomlEditor');
});

/** Checks are made when typing has paused for this long. */
const pauseMs = 300;
const none: readonly ConfigFinding[] = [];

/** The text of a buildkitd.toml, with what is wrong in it. */
export function ConfigField({
  value,
  error,
  onChange,
}: {
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation('builders');
  const { findings, failure } = useConfigCheck(value);
  const label = t('dialog.config');
  return (
    <div className={styles.field}>
      <span className={styles.label} aria-hidden="true">
        {label}
      </span>
      <Suspense
        fallback={<TextField label={label} hideLabel value={value} onChange={onChange} mono rows={8} />}
      >
        <TomlEditor label={label} value={value} findings={findings} onChange={onChange} />
      </Suspense>
      <p className={styles.description}>{t('dialog.configHint')}</p>
      <ul aria-label={t('dialog.configProblems')} aria-live="polite" className={styles.findings}>
        {findings.map(({ severity, line, column, message }) => (
          <li key={`${line} ${column} ${message}`}>
            <StatusIcon
              status={severity === 'error' ? 'failed' : 'warning'}
              size={12}
              label={t(`dialog.${severity}`)}
            />
            <span>
              {t('dialog.line', { line })} {coreText(message)}
            </span>
          </li>
        ))}
      </ul>
      {failure !== undefined && <p className={styles.problem}>{coreText(failure)}</p>}
      <p role="status" className={styles.problem} hidden={error === undefined}>
        {error}
      </p>
    </div>
  );
}

/** The same text, to read only. */
export function ConfigText({ value, label }: { value: string; label: string }) {
  return (
    <Suspense fallback={<pre className={styles.plainToml}>{value}</pre>}>
      <TomlEditor label={label} value={value} />
    </Suspense>
  );
}

/** What the core finds wrong in a text, some time after it has changed. */
function useConfigCheck(text: string): { findings: readonly ConfigFinding[]; failure?: string } {
  const [result, setResult] = useState<{ findings: readonly ConfigFinding[]; failure?: string }>({
    findings: none,
  });
  useEffect(() => {
    if (text.trim() === '') {
      setResult({ findings: none });
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      studio()
        .call('builders.checkConfig', { text }, { signal: controller.signal })
        .then((findings) => setResult({ findings }))
        .catch((thrown: unknown) => {
          if (!controller.signal.aborted) setResult({ findings: none, failure: errorData(thrown).message });
        });
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text]);
  return result;
}
