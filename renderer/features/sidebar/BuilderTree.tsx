import { Cpu, Plus, RotateCw } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder, BuilderNode, StudioErrorData } from '../../../shared/contract';
import { coreText } from '../../locales/core';
import { useBuilders, useChosenBuilder } from '../../stores/buildersStore';
import { setNewBuilderOpen, showBuilder, showView } from '../../stores/uiStore';
import { Badge } from '../../ui/Badge';
import { IconButton } from '../../ui/Button';
import { builderStatus, Dot } from '../../ui/Dot';
import { PlatformLabel } from '../../ui/PlatformGlyph';
import { Tree } from '../../ui/Tree';
import type { TreeNode } from '../../ui/Tree';
import { BuilderMenu } from '../builders/BuilderMenu';
import { retryBuilder, useWorkError } from '../builders/builderWork';
import { RemoveBuilder } from '../builders/RemoveBuilder';
import styles from './Sidebar.module.css';

/** The builders and their nodes, live; a click leads to the builder's page, a menu does what can be done. */
export function BuilderTree({ scroller }: { scroller: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation('app');
  const builders = useBuilders((state) => state.builders);
  const loaded = useBuilders((state) => state.loaded);
  const chosen = useChosenBuilder();
  const [menu, setMenu] = useState<string>();
  const [removing, setRemoving] = useState<string>();
  const removed = builders.find(({ name }) => name === removing);
  const ownerOf = (id: string): Builder | undefined =>
    builders.find((one) => id === builderId(one) || id.startsWith(`${builderId(one)}\n`));
  const nodes = builders.map((builder) =>
    treeNode(
      builder,
      <BuilderMenu
        builder={builder}
        isOpen={menu === builder.name}
        onOpenChange={(isOpen) => setMenu(isOpen ? builder.name : undefined)}
        onRemove={() => setRemoving(builder.name)}
      />,
    ),
  );
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
          const builder = ownerOf(id);
          if (builder !== undefined) showBuilder(builder.name);
        }}
        onMenu={(id) => setMenu(ownerOf(id)?.name)}
      />
      {loaded && builders.length === 0 && <p className={styles.nothing}>{t('sidebar.noBuilders')}</p>}
      {removed !== undefined && <RemoveBuilder builder={removed} onClose={() => setRemoving(undefined)} />}
    </section>
  );
}

const builderId = (builder: Builder): string => `builder:${builder.name}`;

function treeNode(builder: Builder, menu: ReactNode): TreeNode {
  return {
    id: builderId(builder),
    name: builder.name,
    icon: <Dot status={builderStatus(builder.nodes)} />,
    beside: <BuilderMeta builder={builder} />,
    belowFolded: <BuilderState builder={builder} />,
    actions: (
      <>
        <Retry builder={builder} />
        {menu}
      </>
    ),
    children: builder.nodes.map((node) => ({
      id: `${builderId(builder)}\n${node.name}`,
      name: node.name,
      icon: <Cpu size={14} strokeWidth={1.5} aria-hidden="true" className={styles.icon} />,
      beside: (
        <span className={styles.endpoint} title={node.endpoint}>
          {node.endpoint}
        </span>
      ),
      below: <NodeState node={node} />,
    })),
  };
}

function BuilderMeta({ builder }: { builder: Builder }) {
  const { t } = useTranslation('builders');
  return (
    <>
      {builder.current && <Badge>{t('current')}</Badge>}
      <span className={styles.meta}>{builder.driver}</span>
    </>
  );
}

/** Why a builder can't be used: what was done to it last failed, or one of its nodes did. */
function useFailure({ name, nodes }: Builder): StudioErrorData | undefined {
  return useWorkError(name) ?? nodes.find((node) => node.error !== undefined)?.error;
}

/** A folded builder in one line: what it is doing, what is wrong, or what it runs. */
function BuilderState({ builder }: { builder: Builder }) {
  const { t } = useTranslation('app');
  const error = useFailure(builder);
  const status = builderStatus(builder.nodes);
  const activity = builder.nodes.find((node) => node.activity !== undefined)?.activity;
  if (activity !== undefined) return <Line text={coreText(activity)} />;
  if (error !== undefined && status !== 'running') return <Failure text={coreText(error.message)} />;
  const platforms = builder.nodes.flatMap((node) => node.platforms);
  return (
    <span className={styles.second}>
      {t(`nodeStatus.${status}`)}
      <PlatformSummary platforms={platforms} />
    </span>
  );
}

function NodeState({ node }: { node: BuilderNode }) {
  const { t } = useTranslation('app');
  if (node.activity !== undefined) return <Line text={coreText(node.activity)} />;
  if (node.error !== undefined) return <Failure text={coreText(node.error.message)} />;
  const isKnown = node.platforms.length > 0;
  return (
    <span className={styles.second}>
      {(!isKnown || node.status !== 'running') && t(`nodeStatus.${node.status}`)}
      <PlatformSummary platforms={node.platforms} />
    </span>
  );
}

/** The machines' own platforms say it all; the rest is on the builder's page. */
function PlatformSummary({ platforms }: { platforms: BuilderNode['platforms'] }) {
  const { t } = useTranslation('app');
  const native = [...new Set(platforms.filter(({ emulated }) => !emulated).map(({ platform }) => platform))];
  const emulated = new Set(platforms.map(({ platform }) => platform)).size - native.length;
  return (
    <>
      {native.slice(0, emulated > 0 ? 1 : 2).map((platform) => (
        <PlatformLabel key={platform} platform={platform} short />
      ))}
      {emulated > 0 && t('sidebar.emulated', { count: emulated })}
    </>
  );
}

function Line({ text }: { text: string }) {
  return (
    <span className={styles.second} title={text}>
      <span className={styles.grow}>{text}</span>
    </span>
  );
}

function Failure({ text }: { text: string }) {
  return (
    <span className={styles.second}>
      <span className={styles.failed} title={text}>
        {text}
      </span>
    </span>
  );
}

/** Tries a builder again that can't be used. */
function Retry({ builder }: { builder: Builder }) {
  const { t } = useTranslation('app');
  if (useFailure(builder) === undefined) return null;
  return (
    <span data-always>
      <IconButton
        size="sm"
        label={t('sidebar.retry')}
        excludeFromTabOrder
        icon={<RotateCw size={14} strokeWidth={1.5} aria-hidden="true" />}
        onPress={() => void retryBuilder(builder)}
      />
    </span>
  );
}
