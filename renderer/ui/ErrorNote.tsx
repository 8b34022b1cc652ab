import type { TFunction } from 'i18next';
import { CircleX } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudioErrorData } from '../../shared/contract';
import { reportDefect, studio } from '../app/studio';
import { coreText } from '../locales/core';
import { Button } from './Button';
import styles from './Note.module.css';

/** Everything known about an error, one fact a line, for a bug report. */
export function errorText(error: StudioErrorData): string {
  const { details = {} } = error;
  return [
    `${error.code}: ${error.message}`,
    error.hint,
    details.subject,
    details.stepName ?? details.step,
    details.exitCode === undefined ? undefined : `exit code ${details.exitCode}`,
    details.location && `${details.location.file}:${details.location.startLine}-${details.location.endLine}`,
    ...(details.lastOutput ?? []),
    details.cause,
  ]
    .filter((line) => line !== undefined && line !== '')
    .join('\n');
}

/** What to do about an error: as it says itself, else by its code. */
export function errorHint({ hint, code }: StudioErrorData, t: TFunction<'errors'>): string {
  return hint === undefined ? t(`hint.${code}`) : coreText(hint);
}

/** An error where it happened: what, why, and the way out. Its details can be copied. */
export function ErrorNote({
  error,
  onRetry,
  onDismiss,
}: {
  error: StudioErrorData;
  /** Does again what failed; absent where that makes no sense. */
  onRetry?: () => void;
  onDismiss?: () => void;
}) {
  const { t } = useTranslation('errors');
  const [copied, setCopied] = useState(false);
  const hint = errorHint(error, t);
  const copy = (): void => {
    studio()
      .call('clipboard.write', { text: errorText(error) })
      .then(() => setCopied(true), reportDefect);
  };
  return (
    <div role="alert" className={styles.error}>
      <CircleX size={14} strokeWidth={1.5} aria-hidden="true" />
      <div className={styles.errorBody}>
        <p className={styles.errorTitle}>{t(`title.${error.code}`)}</p>
        <p>{coreText(error.message)}</p>
        <p className={styles.hint}>{hint}</p>
        <div className={styles.errorActions}>
          {onRetry !== undefined && (
            <Button look="link" onPress={onRetry}>
              {t('tryAgain')}
            </Button>
          )}
          <Button look="link" onPress={copy}>
            {copied ? t('copied') : t('copyDetails')}
          </Button>
          {onDismiss !== undefined && (
            <Button look="link" onPress={onDismiss}>
              {t('dismiss')}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}
