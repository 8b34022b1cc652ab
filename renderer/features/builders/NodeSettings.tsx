import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder, BuilderNode } from '../../../shared/contract';
import { Fold } from '../../ui/Fold';
import { Segmented } from '../../ui/Segmented';
import { GcPolicy } from './GcPolicy';
import styles from './Nodes.module.css';

/** How a node is set up, of one node at a time: driver options, flags, devices, labels, and its rules for the cache. */
export function NodeSettings({ builder: { nodes } }: { builder: Builder }) {
  const { t } = useTranslation('builders');
  const [chosen, setChosen] = useState('');
  const node = nodes.find(({ name }) => name === chosen) ?? nodes[0];
  if (node === undefined) return null;
  return (
    <>
      {nodes.length > 1 && (
        <div className={styles.nodeChoice}>
          <span aria-hidden="true">{t('settingsOf')}</span>
          <Segmented
            label={t('settingsOf')}
            value={node.name}
            onChange={setChosen}
            segments={nodes.map(({ name }) => ({ id: name, label: name }))}
          />
        </div>
      )}
      <div className={styles.halves}>
        <section className={styles.section}>
          <h3 className={styles.sectionHead}>{t('settings')}</h3>
          <Facts node={node} />
        </section>
        <section className={styles.section}>
          <h3 className={styles.sectionHead}>{t('gc')}</h3>
          {node.gcPolicy.length > 0 ? (
            <GcPolicy node={node} />
          ) : (
            <p className={styles.text}>{t(node.status === 'running' ? 'gcNone' : 'gcUnknown')}</p>
          )}
        </section>
      </div>
    </>
  );
}

function Facts({ node }: { node: BuilderNode }) {
  const { t } = useTranslation('builders');
  const [showsLabels, setShowsLabels] = useState(false);
  const labels = Object.entries(node.labels);
  const facts: [string, string][] = [
    ...Object.entries(node.driverOptions),
    ...(node.flags.length > 0 ? [[t('flags'), node.flags.join('\n')] as [string, string]] : []),
    ...(node.config === undefined ? [] : [['buildkitd.toml', t('configThere')] as [string, string]]),
    ...(node.devices.length > 0
      ? [[t('devices'), node.devices.map(deviceText).join('\n')] as [string, string]]
      : []),
  ];
  return (
    <>
      {facts.length === 0 && <p className={styles.text}>{t('noSettings')}</p>}
      <Pairs pairs={facts} />
      {labels.length > 0 && (
        <Fold title={t('labels')} hint={String(labels.length)} isOpen={showsLabels} onChange={setShowsLabels}>
          <Pairs pairs={labels} />
        </Fold>
      )}
    </>
  );

  function deviceText({ name, onDemand }: BuilderNode['devices'][number]): string {
    return onDemand ? t('onDemand', { device: name }) : name;
  }
}

function Pairs({ pairs }: { pairs: readonly (readonly [string, string])[] }) {
  if (pairs.length === 0) return null;
  return (
    <dl className={styles.pairs}>
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt title={name}>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
