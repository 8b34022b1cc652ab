import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { reportDefect, studio } from '../../app/studio';
import { currentBuildRequest, startBuild, useBuilds } from '../../stores/buildsStore';
import { updateBuildSettings } from '../../stores/projectStore';
import { showStepsInLogs } from '../../stores/uiStore';
import { ContextMenu, MenuItem } from '../../ui/Menu';
import styles from './Graph.module.css';
import type { SourceCard, StageCard } from './nodes';
import type { NodeState } from './nodeState';

/** What was asked for: the menu of a card, at a place in the graph's window. */
export interface MenuRequest {
  id: string;
  x: number;
  y: number;
}

/** What can be done with a card. */
export function NodeMenu({
  card,
  isLast,
  state,
  at,
  isOpen,
  onTurn,
  onClose,
}: {
  card: StageCard | SourceCard;
  /** Whether it is the stage that is built when no target is named. */
  isLast: boolean;
  state: NodeState | undefined;
  at: { x: number; y: number };
  /** Whether the stage shows its steps. */
  isOpen: boolean;
  onTurn: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('graph');
  const anchor = useRef<HTMLSpanElement>(null);
  const isStarting = useBuilds((builds) => builds.starting);
  // BuildKit takes a target by its name; the last stage needs none.
  const target = card.kind !== 'stage' ? undefined : (card.name ?? (isLast ? '' : undefined));
  const canBuild = target !== undefined && !isStarting && currentBuildRequest() !== undefined;
  const copy = (): void => {
    studio().call('clipboard.write', { text: card.label }).catch(reportDefect);
  };
  return (
    <>
      <span ref={anchor} className={styles.anchor} style={{ left: at.x, top: at.y }} />
      <ContextMenu label={card.label} anchor={anchor} isOpen onClose={onClose}>
        {card.kind === 'stage' && (
          <>
            <MenuItem
              label={t('menu.build')}
              {...(target === undefined ? { meta: t('menu.unnamed') } : {})}
              isDisabled={!canBuild}
              onAction={() => void startBuild({ stage: target ?? '' })}
            />
            <MenuItem
              label={t('menu.target')}
              {...(target === undefined ? { meta: t('menu.unnamed') } : {})}
              isDisabled={target === undefined || card.isTarget}
              onAction={() => updateBuildSettings({ target: target ?? '' })}
            />
          </>
        )}
        <MenuItem label={t('menu.copy')} onAction={copy} />
        <MenuItem
          label={t('menu.logs')}
          isDisabled={state === undefined}
          onAction={() => showStepsInLogs(state?.ids ?? [])}
        />
        {card.kind === 'stage' && card.steps.length > 0 && (
          <MenuItem label={t(isOpen ? 'menu.hideSteps' : 'menu.showSteps')} onAction={onTurn} />
        )}
      </ContextMenu>
    </>
  );
}
