import { Cpu, Ellipsis, FileCode, Pin, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder, BuilderNode } from '../../../shared/contract';
import { assignPlatforms } from '../../../shared/model/nodeAssignment';
import type { PlatformAssignment } from '../../../shared/model/nodeAssignment';
import { coreText } from '../../locales/core';
import { Badge } from '../../ui/Badge';
import type { BadgeLook } from '../../ui/Badge';
import { IconButton } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { Menu, MenuItem, MenuSeparator } from '../../ui/Menu';
import { retryBuilder } from './builderWork';
import { ConfigText } from './ConfigField';
import { FixPlatforms } from './FixPlatforms';
import styles from './Nodes.module.css';
import { PlatformChips } from './PlatformChips';
import { platformsOf } from './platformList';
import { RemoveNode } from './RemoveNode';

const looks: Record<BuilderNode['status'], BadgeLook> = {
  running: 'done',
  starting: 'running',
  stopping: 'running',
  stopped: 'plain',
  unreachable: 'failed',
};

type Question = { what: 'platforms' | 'remove' | 'config'; node: string };

/** The nodes of a builder: how each is, what it runs natively and by emulation, and what can be done with it. */
export function Nodes({ builder }: { builder: Builder }) {
  const { t } = useTranslation('builders');
  const [question, setQuestion] = useState<Question>();
  const { nodes } = builder;
  const assignments = useMemo(
    () => new Map(assignPlatforms(nodes, platformsOf(nodes)).map((one) => [one.platform, one])),
    [nodes],
  );
  const asked = nodes.find(({ name }) => name === question?.node);
  const close = (): void => setQuestion(undefined);
  return (
    <section className={styles.section}>
      <h3 className={styles.sectionHead}>
        {t('nodes')}
        <span className={styles.dim}>{nodes.length}</span>
        <span className={styles.legend}>
          {nodes.some(({ fixedPlatforms }) => fixedPlatforms.length > 0) && (
            <span>
              <Pin size={11} strokeWidth={1.5} aria-hidden="true" />
              {t('legend.fixed')}
            </span>
          )}
          {nodes.length > 1 && <span>{t('legend.elsewhere')}</span>}
        </span>
      </h3>
      <div role="table" aria-label={t('nodes')} className={styles.nodes}>
        <div role="rowgroup" className={styles.hidden}>
          <div role="row">
            {(['node', 'endpoint', 'version', 'status', 'actions', 'platforms'] as const).map((column) => (
              <span key={column} role="columnheader">
                {t(`column.${column}`)}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup">
          {nodes.map((node) => (
            <NodeRow
              key={node.name}
              builder={builder}
              node={node}
              assignments={assignments}
              onAsk={(what) => setQuestion({ what, node: node.name })}
            />
          ))}
        </div>
      </div>
      {asked !== undefined && question?.what === 'platforms' && (
        <FixPlatforms builder={builder} node={asked} onClose={close} />
      )}
      {asked !== undefined && question?.what === 'remove' && (
        <RemoveNode builder={builder} node={asked} onClose={close} />
      )}
      {asked?.config !== undefined && question?.what === 'config' && (
        <Dialog title={t('configOf', { node: asked.name })} isOpen onClose={close}>
          <ConfigText label={t('configOf', { node: asked.name })} value={asked.config} />
          <p className={styles.dim}>{t('configNote')}</p>
        </Dialog>
      )}
    </section>
  );
}

function NodeRow({
  builder,
  node,
  assignments,
  onAsk,
}: {
  builder: Builder;
  node: BuilderNode;
  assignments: ReadonlyMap<string, PlatformAssignment>;
  onAsk: (what: Question['what']) => void;
}) {
  const { t } = useTranslation(['builders', 'app']);
  const lacks = missingFeatures(node);
  const doing = node.activity === undefined ? undefined : coreText(node.activity);
  return (
    <div role="row" className={styles.node}>
      <span role="cell" className={styles.name}>
        <Cpu size={14} strokeWidth={1.5} aria-hidden="true" />
        {node.name}
      </span>
      <span role="cell" className={styles.endpoint} title={node.endpoint}>
        {node.endpoint}
      </span>
      {/* What a node is doing stands where its version does, so that nothing moves. */}
      <span role="cell" className={styles.version} title={doing}>
        {doing ?? (node.version === undefined ? '' : `BuildKit ${node.version}`)}
      </span>
      <span role="cell">
        <Badge look={looks[node.status]}>{t(`nodeStatus.${node.status}`, { ns: 'app' })}</Badge>
      </span>
      <span role="cell" className={styles.actions}>
        <NodeMenu builder={builder} node={node} onAsk={onAsk} />
      </span>
      <span role="cell" className={styles.body}>
        <PlatformChips node={node} assignments={assignments} />
        {lacks.length > 0 && (
          <span className={styles.lacks}>
            {t('lacks', { list: lacks.map((one) => t(`feature.${one}`)).join(t('listSeparator')) })}
          </span>
        )}
        {node.error !== undefined && (
          <ErrorNote error={node.error} onRetry={() => void retryBuilder(builder)} />
        )}
      </span>
    </div>
  );
}

function NodeMenu({
  builder,
  node,
  onAsk,
}: {
  builder: Builder;
  node: BuilderNode;
  onAsk: (what: Question['what']) => void;
}) {
  const { t } = useTranslation('builders');
  const label = t('nodeMenu', { node: node.name });
  if (!builder.canAppend && node.config === undefined) return null;
  const isLast = builder.nodes.length === 1;
  return (
    <Menu
      label={label}
      placement="bottom end"
      trigger={
        <IconButton
          size="sm"
          label={label}
          icon={<Ellipsis size={14} strokeWidth={1.5} aria-hidden="true" />}
        />
      }
    >
      {builder.canAppend && (
        <MenuItem
          label={t('fixPlatforms')}
          icon={<Pin size={14} strokeWidth={1.5} aria-hidden="true" />}
          onAction={() => onAsk('platforms')}
        />
      )}
      {node.config !== undefined && (
        <MenuItem
          label={t('showConfig')}
          icon={<FileCode size={14} strokeWidth={1.5} aria-hidden="true" />}
          onAction={() => onAsk('config')}
        />
      )}
      {builder.canAppend && <MenuSeparator />}
      {builder.canAppend && (
        <MenuItem
          label={t('removeNode')}
          icon={<Trash2 size={14} strokeWidth={1.5} aria-hidden="true" />}
          danger
          isDisabled={isLast}
          {...(isLast ? { meta: t('lastNode') } : {})}
          onAction={() => onAsk('remove')}
        />
      )}
    </Menu>
  );
}

type Feature = 'multiPlatform' | 'ociExport' | 'dockerExport' | 'cacheExport' | 'load' | 'loadMultiPlatform';

/** What a build can't have on the node. */
function missingFeatures({ features }: BuilderNode): Feature[] {
  if (features === undefined) return [];
  const flags = ['multiPlatform', 'ociExport', 'dockerExport', 'cacheExport'] as const;
  const missing: Feature[] = flags.filter((flag) => !features[flag]);
  if (features.load === 'none') missing.push('load');
  else if (!features.loadMultiPlatform) missing.push('loadMultiPlatform');
  return missing;
}
