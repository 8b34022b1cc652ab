import { CircleX, Copy, CornerUpLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BuildRequest, StudioErrorData } from '../../../../shared/contract';
import { reportDefect, studio } from '../../../app/studio';
import { coreText } from '../../../locales/core';
import { showView, revealLine } from '../../../stores/uiStore';
import { Button } from '../../../ui/Button';
import { errorHint, errorText } from '../../../ui/ErrorNote';
import { plainText, terminalText } from '../log/terminalText';
import { stepTitle } from '../log/stepTitle';
import { failingLines } from './failingLines';
import styles from './Outcome.module.css';

/** Why a build failed: the Dockerfile's lines, the step, what it printed last, and what to do. */
export function FailurePanel({ buildId, error }: { buildId: string; error: StudioErrorData }) {
  const { t } = useTranslation(['run', 'errors']);
  const { t: ofErrors } = useTranslation('errors');
  const request = useRequest(buildId);
  const { location, stepName, exitCode, lastOutput = [] } = error.details ?? {};
  const hint = errorHint(error, ofErrors);
  const copy = (): void => {
    studio()
      .call('clipboard.write', { text: errorText(error) })
      .catch(reportDefect);
  };
  const step = stepName === undefined ? undefined : stepTitle(stepName);
  return (
    <section aria-label={t('failure.title')} className={styles.outcome}>
      <header className={`${styles.head} ${styles.headFailed}`}>
        <CircleX size={14} strokeWidth={1.5} aria-hidden="true" />
        <h3>{t(`errors:title.${error.code}`)}</h3>
      </header>
      <div className={styles.failure}>
        <p className={styles.message}>{coreText(error.message)}</p>
        <p className={styles.dim}>{hint}</p>
        <div className={styles.row}>
          {location !== undefined && (
            <Button
              size="sm"
              icon={<CornerUpLeft size={14} strokeWidth={1.5} aria-hidden="true" />}
              onPress={() => {
                showView('build');
                revealLine(location.startLine);
              }}
            >
              {t('failure.goToLine', { line: location.startLine })}
            </Button>
          )}
          <Button size="sm" icon={<Copy size={14} strokeWidth={1.5} aria-hidden="true" />} onPress={copy}>
            {t('failure.copy')}
          </Button>
        </div>
        {lastOutput.length > 0 && (
          <figure>
            <figcaption className={styles.caption}>{t('failure.lastOutput')}</figcaption>
            {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard has to get there */}
            <pre className={styles.output} tabIndex={0}>
              {lastOutput.map((line) => plainText(terminalText(line))).join('\n')}
            </pre>
          </figure>
        )}
        {location !== undefined && request !== undefined && (
          <figure>
            <figcaption className={styles.caption}>{`${location.file}:${location.startLine}`}</figcaption>
            <ol className={styles.code} aria-label={t('failure.lines')}>
              {failingLines(request.dockerfileText, location).map((line) => (
                <li key={line.number} className={line.failing ? styles.failingLine : ''}>
                  <span className={styles.lineNumber}>{line.number}</span>
                  <code>{line.text === '' ? ' ' : line.text}</code>
                </li>
              ))}
            </ol>
          </figure>
        )}
        {(step !== undefined || exitCode !== undefined) && (
          <dl className={styles.facts}>
            {step !== undefined && (
              <>
                <dt>{t('failure.step')}</dt>
                <dd className={styles.mono}>{`${step.position} ${step.text}`.trim()}</dd>
              </>
            )}
            {exitCode !== undefined && (
              <>
                <dt>{t('failure.exitCode')}</dt>
                <dd>{exitCode}</dd>
              </>
            )}
          </dl>
        )}
      </div>
    </section>
  );
}

/** What the build was asked for; undefined until it is there, or when its record is gone. */
function useRequest(buildId: string): BuildRequest | undefined {
  const [found, setFound] = useState<{ id: string; request: BuildRequest }>();
  useEffect(() => {
    const aborted = new AbortController();
    studio()
      .call('builds.get', { id: buildId }, { signal: aborted.signal })
      .then(({ request }) => !aborted.signal.aborted && setFound({ id: buildId, request }))
      .catch((error: unknown) => !aborted.signal.aborted && reportDefect(error));
    return () => aborted.abort();
  }, [buildId]);
  return found?.id === buildId ? found.request : undefined;
}
