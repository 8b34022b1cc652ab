import { FolderOpen, ScanSearch } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BuildResult, PlatformResult, StudioErrorData } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import { formatDuration } from '../../../../shared/model/duration';
import { errorData, studio } from '../../../app/studio';
import { coreText } from '../../../locales/core';
import { inspectImage } from '../../../stores/uiStore';
import { Button } from '../../../ui/Button';
import { PlatformGlyph } from '../../../ui/PlatformGlyph';
import { Table } from '../../../ui/Table';
import { CopyText } from './CopyText';
import styles from './Outcome.module.css';

/** What came out of a build: digests, sizes, and where it went. */
export function ResultPanel({
  buildId,
  result,
  tookMs,
}: {
  buildId: string;
  result: BuildResult;
  tookMs: number;
}) {
  const { t } = useTranslation('run');
  const isIndex = result.mediaType === undefined || /index|manifest\.list/.test(result.mediaType);
  const total = result.platforms.reduce((sum, platform) => sum + platform.size, 0);
  return (
    <section aria-label={t('result.title')} className={styles.outcome}>
      <header className={styles.head}>
        <h3>{t('result.title')}</h3>
        {result.digest !== undefined && (
          <Button
            size="sm"
            icon={<ScanSearch size={14} strokeWidth={1.5} aria-hidden="true" />}
            onPress={() => inspectImage(buildId)}
          >
            {t('result.inspect')}
          </Button>
        )}
      </header>
      <dl className={styles.facts}>
        {result.digest !== undefined && (
          <>
            <dt>{isIndex ? t('result.indexDigest') : t('result.manifestDigest')}</dt>
            <dd>
              <CopyText
                text={result.digest}
                what={isIndex ? t('result.indexDigest') : t('result.manifestDigest')}
                wrap
              />
            </dd>
          </>
        )}
        <Destination buildId={buildId} result={result} />
        <dt>{t('result.took')}</dt>
        <dd>
          {formatDuration(tookMs)}
          {result.totalSteps > 0 && (
            <span className={styles.dim}>
              {' · '}
              {t('result.fromCache', {
                cached: result.cachedSteps,
                total: result.totalSteps,
                percent: Math.round((result.cachedSteps / result.totalSteps) * 100),
              })}
            </span>
          )}
        </dd>
        {result.platforms.length > 1 && result.writtenBytes === undefined && (
          <>
            <dt>{t('result.size')}</dt>
            <dd>{formatBytes(total)}</dd>
          </>
        )}
      </dl>
      {result.platforms.length > 0 && <PlatformTable platforms={result.platforms} />}
    </section>
  );
}

function PlatformTable({ platforms }: { platforms: readonly PlatformResult[] }) {
  const { t } = useTranslation('run');
  const columns = [
    { id: 'platform', label: t('result.platform') },
    { id: 'manifest', label: t('result.manifest'), width: '24%' },
    { id: 'config', label: t('result.config'), width: '24%' },
    { id: 'size', label: t('result.size'), width: '54px', number: true },
  ];
  return (
    <div className={styles.table}>
      <Table label={t('result.platforms')} columns={columns}>
        {platforms.map((one) => (
          <tr key={one.platform}>
            <td>
              <span className={styles.platform}>
                <PlatformGlyph platform={one.platform} size={8} />
                <span title={one.platform}>{one.platform}</span>
              </span>
            </td>
            <td>
              <CopyText text={one.manifestDigest} what={`${t('result.manifestDigest')} ${one.platform}`} />
            </td>
            <td>
              {one.configDigest !== undefined && (
                <CopyText text={one.configDigest} what={`${t('result.configDigest')} ${one.platform}`} />
              )}
            </td>
            <td className={styles.number}>{formatBytes(one.size)}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function Destination({ buildId, result }: { buildId: string; result: BuildResult }) {
  const { t } = useTranslation('run');
  const [error, setError] = useState<StudioErrorData>();
  const reveal = (): void => {
    setError(undefined);
    studio()
      .call('outputs.reveal', { id: buildId })
      .catch((thrown: unknown) => setError(errorData(thrown)));
  };
  return (
    <>
      <dt>{t(`result.output.${result.outputType}`)}</dt>
      <dd>
        {result.references.map((reference) => (
          <CopyText key={reference} text={reference} what={t('result.reference')} wrap />
        ))}
        {result.path !== undefined && (
          <>
            <CopyText text={result.path} what={t('result.path')} wrap />
            <div className={styles.row}>
              {result.writtenBytes !== undefined && (
                <span className={styles.dim}>{formatBytes(result.writtenBytes)}</span>
              )}
              <Button
                look="link"
                icon={<FolderOpen size={12} strokeWidth={1.5} aria-hidden="true" />}
                onPress={reveal}
              >
                {t('result.reveal')}
              </Button>
            </div>
          </>
        )}
        {result.path === undefined && result.references.length === 0 && (
          <span className={styles.dim}>{t('result.nothingWritten')}</span>
        )}
        {error !== undefined && (
          <p role="alert" className={styles.error}>
            {coreText(error.message)}
          </p>
        )}
      </dd>
    </>
  );
}
