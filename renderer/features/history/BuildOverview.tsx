import { useTranslation } from 'react-i18next';
import type { BuildResult, BuildSummary, StudioErrorData } from '../../../shared/contract';
import { formatBytes } from '../../../shared/model/bytes';
import { formatDuration } from '../../../shared/model/duration';
import { ErrorNote } from '../../ui/ErrorNote';
import { PlatformLabel } from '../../ui/PlatformGlyph';
import { NumberCell, Table } from '../../ui/Table';
import { useNow } from '../../ui/useNow';
import styles from './HistoryView.module.css';

/** What a build came to: figures, failure, output, and each platform's digests. */
export function BuildOverview({ build }: { build: BuildSummary }) {
  const { t } = useTranslation('history');
  const now = useNow(500, build.endedMs === undefined);
  const { result, error } = build;
  return (
    <div className={styles.overview}>
      <dl className={styles.figures}>
        <div>
          <dt>{t('duration')}</dt>
          <dd>{formatDuration((build.endedMs ?? now) - build.startedMs)}</dd>
        </div>
        {result !== undefined && (
          <div>
            <dt>{t('cached')}</dt>
            <dd>{t('cachedOf', { cached: result.cachedSteps, total: result.totalSteps })}</dd>
          </div>
        )}
      </dl>
      {build.endedMs === undefined && <p className={styles.sub}>{t('running')}</p>}
      {error !== undefined && <Failure error={error} />}
      <dl className={styles.facts}>
        <dt>{t('folder')}</dt>
        <dd className={styles.mono}>{build.project}</dd>
        <dt>{t('column.dockerfile')}</dt>
        <dd className={styles.mono}>{build.dockerfile}</dd>
        <dt>{t('column.builder')}</dt>
        <dd>{build.builder}</dd>
        {result !== undefined && <Output result={result} />}
      </dl>
      {result !== undefined && result.platforms.length > 0 && <PlatformTable result={result} />}
    </div>
  );
}

function Failure({ error }: { error: StudioErrorData }) {
  const { t } = useTranslation('history');
  const { location, exitCode, lastOutput, stepName } = error.details ?? {};
  return (
    <section className={styles.error}>
      <ErrorNote error={error} />
      <p className={styles.sub}>
        {[
          stepName,
          location && t('line', { line: location.startLine, file: location.file }),
          exitCode !== undefined && t('exitCode', { code: exitCode }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {lastOutput !== undefined && lastOutput.length > 0 && (
        <figure aria-label={t('lastOutput')}>
          <pre className={styles.output}>{lastOutput.join('\n')}</pre>
        </figure>
      )}
    </section>
  );
}

function Output({ result }: { result: BuildResult }) {
  const { t } = useTranslation('history');
  return (
    <>
      <dt>{t('output')}</dt>
      <dd>
        {t(`outputType.${result.outputType}`)}
        {result.writtenBytes !== undefined && `, ${formatBytes(result.writtenBytes)}`}
      </dd>
      {result.path !== undefined && (
        <>
          <dt>{t('written')}</dt>
          <dd className={styles.mono}>{result.path}</dd>
        </>
      )}
      {result.references.length > 0 && (
        <>
          <dt>{t('pushed')}</dt>
          <dd className={styles.mono}>{result.references.join('\n')}</dd>
        </>
      )}
      {result.digest !== undefined && (
        <>
          <dt>{t('digest')}</dt>
          <dd className={styles.mono}>{result.digest}</dd>
        </>
      )}
    </>
  );
}

function PlatformTable({ result }: { result: BuildResult }) {
  const { t } = useTranslation('history');
  const columns = [
    { id: 'platform', label: t('platform'), width: '130px' },
    { id: 'manifest', label: t('manifest') },
    { id: 'layers', label: t('layers'), number: true, width: '60px' },
    { id: 'size', label: t('size'), number: true, width: '90px' },
  ];
  return (
    <Table label={t('platformResults')} columns={columns}>
      {result.platforms.map((platform) => (
        <tr key={platform.manifestDigest}>
          <td>
            <PlatformLabel platform={platform.platform} />
          </td>
          <td className={styles.mono}>{platform.manifestDigest}</td>
          <NumberCell>{platform.layers.length}</NumberCell>
          <NumberCell>{formatBytes(platform.size)}</NumberCell>
        </tr>
      ))}
    </Table>
  );
}
