import { CircleCheck, CircleSlash, Loader, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CheckResult } from '../../../shared/contract';
import { coreText } from '../../locales/core';
import { useChecks } from '../../stores/checksStore';
import styles from './CheckState.module.css';

/** One line that says who has checked the Dockerfile, or why only its syntax was. */
export function CheckState() {
  const { t } = useTranslation('checks');
  const checking = useChecks((state) => state.checking);
  const result = useChecks((state) => state.result);
  if (result === undefined && !checking) return null;
  return (
    <div className={styles.state}>
      <p role="status" aria-label={t('state.label')} className={styles.line}>
        {checking ? (
          <Line icon={<Loader size={14} strokeWidth={1.5} aria-hidden="true" />}>{t('state.checking')}</Line>
        ) : (
          result !== undefined && <Outcome result={result} />
        )}
      </p>
      {result?.unchecked.map(({ platform, error }) => (
        <p key={platform} className={styles.detail}>
          {t('state.unchecked', { platform, why: coreText(error.message) })}
        </p>
      ))}
      {result !== undefined && result.omitted > 0 && (
        <p className={styles.detail}>{t('state.omitted', { count: result.omitted })}</p>
      )}
    </div>
  );
}

function Outcome({ result: { state, versions, error } }: { result: CheckResult }) {
  const { t } = useTranslation('checks');
  switch (state) {
    case 'checked':
      return (
        <Line icon={<CircleCheck size={14} strokeWidth={1.5} className={styles.done} aria-hidden="true" />}>
          {versions.length === 0
            ? t('state.checkedBySomebody')
            : t('state.checked', { version: versions.join(', ') })}
        </Line>
      );
    case 'no-builder':
    case 'unsupported':
      return (
        <Line icon={<CircleSlash size={14} strokeWidth={1.5} aria-hidden="true" />}>
          {t(`state.${state}`)}
          {error !== undefined && <span className={styles.why}>{coreText(error.message)}</span>}
        </Line>
      );
    case 'failed':
      return (
        <Line
          icon={<TriangleAlert size={14} strokeWidth={1.5} className={styles.warning} aria-hidden="true" />}
        >
          {t('state.failed')}
          {error !== undefined && (
            <span className={styles.why}>
              {[error.message, error.hint ?? ''].map(coreText).join(' ').trim()}
            </span>
          )}
        </Line>
      );
  }
}

function Line({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <>
      {icon}
      {children}
    </>
  );
}
