import { useTranslation } from 'react-i18next';
import type { Builder, BuilderNode } from '../../../shared/contract';
import { formatBytes } from '../../../shared/model/bytes';
import { isRunning, useBuilds } from '../../stores/buildsStore';
import styles from './Nodes.module.css';

const drivers = ['docker', 'docker-container', 'kubernetes', 'local', 'remote'] as const;
type KnownDriver = (typeof drivers)[number];

/** What is lost with nodes: what their driver made for them, and their cache, node by node. */
export function Losses({
  builder,
  nodes,
  keepsCache,
}: {
  builder: Builder;
  nodes: readonly BuilderNode[];
  /** The build cache is left for a builder of the same name. */
  keepsCache: boolean;
}) {
  const { t } = useTranslation('builders');
  const building = useBuilds((state) =>
    state.builds.some((build) => build.builder === builder.name && isRunning(build)),
  );
  const driver = drivers.find((known): known is KnownDriver => known === builder.driver);
  return (
    <>
      <p>{t(`loses.${driver ?? 'other'}`)}</p>
      <ul>
        {nodes.map(({ name, cacheBytes }) => (
          <li key={name}>
            {cacheBytes === undefined
              ? t('cacheUnknownOf', { node: name })
              : t('cacheOf', { node: name, size: formatBytes(cacheBytes) })}
          </li>
        ))}
      </ul>
      <p>
        {t(
          keepsCache ? 'cacheKept' : driver === 'remote' || driver === 'docker' ? 'cacheStays' : 'cacheLost',
        )}
      </p>
      {building && <p className={styles.failed}>{t('removeRunning')}</p>}
      <p>{t('removeKept')}</p>
    </>
  );
}
