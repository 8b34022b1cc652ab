import {
  Box,
  ChevronDown,
  ChevronRight,
  CircleAlert,
  FolderInput,
  RefreshCcw,
  Target,
  TriangleAlert,
} from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../../shared/model/duration';
import { Badge } from '../../ui/Badge';
import { PlatformGlyph } from '../../ui/PlatformGlyph';
import { useNow } from '../../ui/useNow';
import { StatusDots, useStatusText } from '../dockerfile/StatusDots';
import { markKey } from '../dockerfile/stageSteps';
import type { StageStep, StepMark } from '../dockerfile/stageSteps';
import type { BuildMarks } from '../dockerfile/useBuildMarks';
import styles from './Graph.module.css';
import type { SourceCard, StageCard } from './nodes';
import { cardWidth } from './layout';
import type { Place } from './layout';
import type { Stop } from './navigation';
import type { NodeState } from './nodeState';
import { useFindings } from './useFindings';

/** What can be done with a card; always the same functions. */
export interface CardActions {
  go(stop: Stop): void;
  turn(id: string): void;
}

interface CardProps {
  place: Place;
  /** The platforms of the Dockerfile's graph. */
  platforms: readonly string[];
  state: NodeState | undefined;
  /** Of the build that `state` is about. */
  buildPlatforms: readonly string[];
  description: string;
  /** Whether the Tab key leads here. */
  isStop: boolean;
  actions: CardActions;
}

const sourceIcons = { image: Box, context: FolderInput, unknown: CircleAlert };

/** An image or build context that stages are built on or take files from. */
export const SourceCardView = memo(function SourceCardView({
  source,
  place,
  platforms,
  state,
  buildPlatforms,
  description,
  isStop,
  actions,
}: CardProps & { source: SourceCard }) {
  const { t } = useTranslation('graph');
  const Icon = sourceIcons[source.kind];
  const descriptionId = `graph-${source.id}`;
  const classes = [
    styles.card,
    source.neededOn.length === 0 ? styles.unneeded : '',
    source.kind === 'unknown' ? styles.broken : '',
  ];
  const foot =
    source.kind === 'unknown'
      ? t('words.unknown')
      : (state?.digest?.slice(0, 'sha256:'.length + 8) ?? source.value ?? '');
  const marked =
    source.fixedPlatform === undefined
      ? source.usedOn.flatMap((at) => platforms[at] ?? [])
      : [source.fixedPlatform];
  const isPartial = source.usedOn.length < platforms.length || source.fixedPlatform !== undefined;
  return (
    <div className={classes.join(' ')} style={placed(place)}>
      <button
        type="button"
        className={styles.sourceHead}
        tabIndex={isStop ? 0 : -1}
        data-card={source.id}
        aria-label={t(source.kind, { reference: source.label, name: source.label })}
        aria-describedby={descriptionId}
        title={source.label}
        onClick={() => actions.go({ id: source.id })}
      >
        <Icon size={12} strokeWidth={1.5} aria-hidden="true" />
        <span className={styles.cut}>{source.label}</span>
      </button>
      <div className={styles.sourceFoot} aria-hidden="true">
        <span className={styles.digest} title={source.value}>
          {foot}
        </span>
        {isPartial && state === undefined && <Glyphs platforms={marked} />}
        {state !== undefined && <States state={state} platforms={buildPlatforms} />}
      </div>
      <span id={descriptionId} hidden>
        {description}
      </span>
    </div>
  );
});

/** A stage, with its steps when it is open. */
export const StageCardView = memo(function StageCardView({
  stage,
  place,
  platforms,
  state,
  build,
  buildPlatforms,
  description,
  isStop,
  stopLine,
  isOpen,
  isSelected,
  selectedLine,
  actions,
}: CardProps & {
  stage: StageCard;
  build: BuildMarks | undefined;
  /** The step that the Tab key leads to. */
  stopLine: number | undefined;
  isOpen: boolean;
  /** Whether the editor's cursor is in it. */
  isSelected: boolean;
  /** First line of the step that the cursor is in. */
  selectedLine: number | undefined;
}) {
  const { t } = useTranslation('graph');
  const descriptionId = `graph-${stage.id}`;
  const isBroken = stage.circular || stage.problem !== undefined;
  const findings = useFindings(stage);
  const found = findings === undefined ? undefined : t('findings', { count: findings.count });
  const classes = [
    styles.card,
    stage.isTarget ? styles.target : '',
    stage.neededOn.length === 0 ? styles.unneeded : '',
    isBroken ? styles.broken : '',
    isSelected ? styles.selected : '',
  ];
  return (
    <div className={classes.join(' ')} style={placed(place)}>
      <div className={styles.stageHead}>
        {stage.steps.length > 0 && (
          <button
            type="button"
            tabIndex={-1}
            className={styles.fold}
            aria-expanded={isOpen}
            aria-label={t(isOpen ? 'hideSteps' : 'showSteps', { name: stage.label })}
            onClick={() => actions.turn(stage.id)}
          >
            {isOpen ? (
              <ChevronDown size={12} aria-hidden="true" />
            ) : (
              <ChevronRight size={12} aria-hidden="true" />
            )}
          </button>
        )}
        <button
          type="button"
          className={styles.stageName}
          tabIndex={isStop && stopLine === undefined ? 0 : -1}
          data-card={stage.id}
          aria-label={t('stage', { name: stage.label })}
          aria-describedby={descriptionId}
          aria-current={isSelected ? 'location' : undefined}
          title={stage.label}
          onClick={() => actions.go({ id: stage.id })}
        >
          <span className={styles.cut}>{stage.label}</span>
        </button>
        <span className={styles.marks} aria-hidden="true">
          {isBroken && <RefreshCcw size={12} strokeWidth={1.5} className={styles.brokenIcon} />}
          {findings !== undefined && (
            <span title={found} className={`${styles.findings} ${styles[findings.worst]}`}>
              <TriangleAlert size={12} strokeWidth={1.5} />
              {findings.count}
            </span>
          )}
          {stage.isTarget &&
            (state === undefined ? (
              <Badge look="running">{t('target')}</Badge>
            ) : (
              <Target size={12} strokeWidth={1.5} className={styles.targetIcon} />
            ))}
          {state !== undefined && <StateTime state={state} />}
          {state === undefined ? (
            <Glyphs platforms={stage.neededOn.flatMap((at) => platforms[at] ?? [])} />
          ) : (
            <States state={state} platforms={buildPlatforms} />
          )}
        </span>
      </div>
      <span id={descriptionId} hidden>
        {found === undefined ? description : `${found}; ${description}`}
      </span>
      {isOpen && (
        <ul aria-label={t('stepsOf', { name: stage.label })}>
          {stage.steps.map((step) => (
            <StepRow
              key={step.index}
              step={step}
              count={stage.steps.length}
              stageId={stage.id}
              isStop={isStop && stopLine === step.lines.start}
              isSelected={isSelected && selectedLine === step.lines.start}
              platforms={buildPlatforms}
              mark={build?.marks.get(markKey(stage.index, step.lines.start))}
              actions={actions}
            />
          ))}
        </ul>
      )}
    </div>
  );
});

function StepRow({
  step,
  count,
  stageId,
  isStop,
  isSelected,
  platforms,
  mark,
  actions,
}: {
  step: StageStep;
  count: number;
  stageId: string;
  isStop: boolean;
  isSelected: boolean;
  platforms: readonly string[];
  mark: StepMark | undefined;
  actions: CardActions;
}) {
  const statusText = useStatusText();
  const text = `${step.keyword} ${step.text.split('\n', 1)[0]}`;
  const words = mark === undefined ? '' : statusText(platforms, mark.statuses);
  const look = (['failed', 'running'] as const).find((status) => mark?.statuses.includes(status));
  const line = step.lines.start;
  return (
    <li
      className={`${styles.step} ${look === undefined ? '' : styles[look]} ${isSelected ? styles.current : ''}`}
    >
      <button
        type="button"
        tabIndex={isStop ? 0 : -1}
        className={styles.stepButton}
        data-card={stageId}
        data-line={line}
        title={words === '' ? text : `${text}\n${words}`}
        onClick={() => actions.go({ id: stageId, line })}
      >
        <span className={styles.dim}>
          {step.index}/{count}
        </span>
        <span className={styles.cut}>{text}</span>
        {mark !== undefined && (
          <>
            <StatusDots statuses={mark.statuses} />
            <span className={styles.hidden}>{words}</span>
          </>
        )}
      </button>
    </li>
  );
}

/** Of more platforms than this, only the number fits beside a name. */
const mostGlyphs = 3;

function Glyphs({ platforms }: { platforms: readonly string[] }) {
  const more = platforms.length - mostGlyphs;
  return (
    <span className={styles.platforms} title={platforms.join('\n')}>
      {platforms.slice(0, mostGlyphs).map((name) => (
        <PlatformGlyph key={name} platform={name} size={8} />
      ))}
      {more > 0 && <span className={styles.more}>+{more}</span>}
    </span>
  );
}

/** For each platform that the build has it on its glyph, and under it how the card fares there. */
function States({ state, platforms }: { state: NodeState; platforms: readonly string[] }) {
  const own = platforms.flatMap((platform, index) => {
    const status = state.statuses[index];
    return status === undefined ? [] : [{ platform, status }];
  });
  const shown = own.slice(0, mostGlyphs);
  const more = own.length - shown.length;
  return (
    <span className={styles.platforms}>
      <span className={styles.states}>
        <Glyphs platforms={shown.map(({ platform }) => platform)} />
        <StatusDots statuses={shown.map(({ status }) => status)} />
      </span>
      {more > 0 && <span className={styles.more}>+{more}</span>}
    </span>
  );
}

/** How long the stage has worked; counts up while it does. */
function StateTime({ state: { durationMs = 0, runningSinceMs } }: { state: NodeState }) {
  const now = useNow(1000, runningSinceMs !== undefined);
  const running = runningSinceMs === undefined ? 0 : Math.max(0, now - runningSinceMs);
  const total = durationMs + running;
  if (total === 0) return null;
  return (
    <span className={runningSinceMs === undefined ? styles.time : styles.runningTime}>
      {formatDuration(total)}
    </span>
  );
}

function placed({ x, y, height }: Place): { transform: string; width: number; height: number } {
  return { transform: `translate(${x}px, ${y}px)`, width: cardWidth, height };
}
