import { useTranslation } from 'react-i18next';
import type { Builder } from '../../../shared/contract';
import { formatBytes } from '../../../shared/model/bytes';
import { coreText } from '../../locales/core';
import { showBuilder } from '../../stores/uiStore';
import { Badge } from '../../ui/Badge';
import { builderStatus, Dot } from '../../ui/Dot';
import styles from './BuildersView.module.css';

/** One row a builder, with what is wrong with it. */
export function BuilderList({
  builders,
  shown,
}: {
  builders: readonly Builder[];
  shown: Builder | undefined;
}) {
  const { t } = useTranslation(['builders', 'app']);
  return (
    <ul aria-label={t('title')} className={styles.list}>
      {builders.map((builder) => {
        const status = builderStatus(builder.nodes);
        const cache = builder.nodes.reduce((sum, node) => sum + (node.cacheBytes ?? 0), 0);
        const error = builder.nodes.find((node) => node.error !== undefined)?.error;
        const activity = builder.nodes.find((node) => node.activity !== undefined)?.activity;
        return (
          <li key={builder.name}>
            <button
              type="button"
              className={styles.item}
              aria-current={builder.name === shown?.name}
              onClick={() => showBuilder(builder.name)}
            >
              <Dot status={status} />
              <span className={styles.itemBody}>
                <span className={styles.line}>
                  <span className={styles.itemName}>{builder.name}</span>
                  {builder.current && <Badge>{t('current')}</Badge>}
                </span>
                <span className={styles.meta}>
                  <span>
                    {builder.driver}, {t('nodes', { ns: 'app', count: builder.nodes.length })},{' '}
                    {t(`nodeStatus.${status}`, { ns: 'app' })}
                  </span>
                  {cache > 0 && <span>{formatBytes(cache)}</span>}
                </span>
                {activity !== undefined && (
                  <span className={styles.activity} title={coreText(activity)}>
                    {coreText(activity)}
                  </span>
                )}
                {error !== undefined && <span className={styles.failed}>{coreText(error.message)}</span>}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
