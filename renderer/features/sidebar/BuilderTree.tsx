import { Cpu, Plus } from 'lucide-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder, BuilderNode } from '../../../shared/contract';
import { reportDefect, studio } from '../../app/studio';
import { useBuilders, useChosenBuilder } from '../../stores/buildersStore';
import { setNewBuilderOpen, showBuilder, showView } from '../../stores/uiStore';
import { Button, IconButton } from '../../ui/Button';
import { builderStatus, Dot } from '../../ui/Dot';
import { PlatformLabel } from '../../ui/PlatformGlyph';
import { Tree } from '../../ui/Tree';
import type { TreeNode } from '../../ui/Tree';
import styles from './Sidebar.module.css';

/** The builders and their nodes; a click leads to the builder's page. */
export function BuilderTree({ scroller }: { scroller: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation('app');
  const builders = useBuilders((state) => state.builders);
  const loaded = useBuilders((state) => state.loaded);
  const chosen = useChosenBuilder();
  const nodes = builders.map(treeNode);
  return (
    <section className={styles.section}>
      <h2 className={styles.head}>
        {t('sidebar.builders')}
        <IconButton
          size="sm"
          label={t('sidebar.newBuilder')}
          icon={<Plus size={14} strokeWidth={1.5} aria-hidden="true" />}
          onPress={() => {
            showView('builders');
            setNewBuilderOpen(true);
          }}
        />
      </h2>
      {/* Made anew when the list arrives, so that the first builder starts unfolded. */}
      <Tree
        key={String(loaded)}
        label={t('sidebar.builders')}
        nodes={nodes}
        selected={chosen === undefined ? undefined : builderId(chosen)}
        defaultExpanded={chosen === undefined ? [] : [builderId(chosen)]}
        scroller={scroller}
        onSelect={(id) => {
          const builder = builders.find(
            (one) => id === builderId(one) || id.startsWith(`${builderId(one)}\n`),
          );
          if (builder !== undefined) showBuilder(builder.name);
        }}
      />
      {loaded && builders.length === 0 && <p className={styles.nothing}>{t('sidebar.noBuilders')}</p>}
    </section>
  );
}

const builderId = (builder: Builder): string => `builder:${builder.name}`;

function treeNode(builder: Builder): TreeNode {
  return {
    id: builderId(builder),
    name: builder.name,
    icon: <Dot status={builderStatus(builder.nodes)} />,
    beside: <span className={styles.meta}>{builder.driver}</span>,
    children: builder.nodes.map((node) => ({
      id: `${builderId(builder)}\n${node.name}`,
      name: node.name,
      icon: <Cpu size={14} strokeWidth={1.5} aria-hidden="true" className={styles.icon} />,
      beside: (
        <span className={styles.endpoint} title={node.endpoint}>
          {node.endpoint}
        </span>
      ),
      below: <NodeState builder={builder} node={node} />,
    })),
  };
}

function NodeState({ builder, node }: { builder: Builder; node: BuilderNode }) {
  const { t } = useTranslation('app');
  const native = node.platforms.filter((entry) => !entry.emulated);
  const emulated = node.platforms.length - native.length;
  // The machine's own platform says it all; the rest is on the builder's page.
  const shown = native.slice(0, emulated > 0 ? 1 : 2);
  if (node.error !== undefined) {
    return (
      <span className={styles.second}>
        <span className={styles.failed} title={node.error.message}>
          {node.error.message}
        </span>
        <span className={styles.above}>
          <Button
            look="link"
            excludeFromTabOrder
            onPress={() => void studio().call('builders.refresh', { name: builder.name }).catch(reportDefect)}
          >
            {t('sidebar.retry')}
          </Button>
        </span>
      </span>
    );
  }
  return (
    <span className={styles.second}>
      {native.length === 0 && t(`nodeStatus.${node.status}`)}
      {shown.map((entry) => (
        <PlatformLabel key={entry.platform} platform={entry.platform} short />
      ))}
      {emulated > 0 && t('sidebar.emulated', { count: emulated })}
    </span>
  );
}
