import { memo, useMemo } from 'react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../../../shared/model/duration';
import type { Lane } from '../../../../shared/model/progress/lanes';
import { stepDurationMs } from '../../../../shared/model/progress/reduce';
import { parseStepName } from '../../../../shared/model/progress/stepName';
import type { BuildProgress, Step } from '../../../../shared/model/progress/types';
import { platformChoices, useBuilders } from '../../../stores/buildersStore';
import { Badge } from '../../../ui/Badge';
import { PlatformGlyph } from '../../../ui/PlatformGlyph';
import { StatusIcon } from '../../../ui/StatusIcon';
import { useNow } from '../../../ui/useNow';
import { stepTitle } from '../log/stepTitle';
import { laneDoing } from './laneDoing';
import styles from './Lanes.module.css';
import { laneSegments } from './segments';
import type { Segment } from './segments';
import { daemonAheadMs, tickLabel, timeScale } from './timeScale';

/** Custom properties that the style sheet computes places from, in seconds. */
type Places = CSSProperties & Record<'--from' | '--to' | '--span' | '--now' | '--at', number | string>;

/** Lanes of a build over time: one a platform, with what it does and did. */
export function Lanes({
  progress,
  lanes,
  builderName,
  onShowStep,
}: {
  progress: BuildProgress;
  lanes: readonly Lane[];
  builderName: string | undefined;
  onShowStep: (ids: readonly string[]) => void;
}) {
  const { t } = useTranslation('run');
  const running = progress.endedMs === undefined;
  const now = useNow(100, running);
  const aheadMs = useMemo(() => daemonAheadMs(progress, Date.now()), [progress]);
  const originMs = progress.startedMs + aheadMs;
  const elapsedMs = Math.max(0, (progress.endedMs ?? now) - progress.startedMs);
  const { spanMs, ticks } = timeScale(elapsedMs, running);
  const emulated = useEmulated(builderName, progress.platforms);
  const places: Partial<Places> = { '--span': spanMs / 1000, '--now': elapsedMs / 1000 };

  return (
    <div className={styles.lanes} style={places}>
      <div className={styles.ruler} aria-hidden="true">
        {ticks.map((tick) => (
          <span
            key={tick}
            className={running && Math.abs(tick - elapsedMs) < spanMs * 0.05 ? styles.covered : ''}
            style={{ '--at': tick / 1000 } as Partial<Places>}
          >
            {tickLabel(tick)}
          </span>
        ))}
        {running && <span className={styles.nowLabel}>{formatDuration(elapsedMs)}</span>}
      </div>
      <ul aria-label={t('lanes')} className={styles.list}>
        {lanes.map((lane) => (
          <LaneRow
            key={lane.platform}
            lane={lane}
            originMs={originMs}
            tickSeconds={(ticks[1] ?? spanMs) / 1000}
            emulated={emulated}
            onShowStep={onShowStep}
          />
        ))}
      </ul>
      {running && <div className={styles.nowLine} aria-hidden="true" />}
    </div>
  );
}

const LaneRow = memo(function LaneRow({
  lane,
  originMs,
  tickSeconds,
  emulated,
  onShowStep,
}: {
  lane: Lane;
  originMs: number;
  tickSeconds: number;
  emulated: ReadonlySet<string>;
  onShowStep: (ids: readonly string[]) => void;
}) {
  const { t } = useTranslation('run');
  const segments = useMemo(() => laneSegments(lane, (platform) => emulated.has(platform)), [lane, emulated]);
  const steps = useMemo(() => new Map(lane.steps.map((step) => [step.id, step])), [lane]);
  const counted = lane.steps.filter((step) => parseStepName(step.name).kind === 'stage');
  const finished = counted.filter((step) => step.status !== 'queued' && step.status !== 'running').length;
  const doing = laneDoing(lane, t);
  return (
    <li aria-label={lane.platform} className={styles.lane}>
      <div className={styles.label}>
        <PlatformGlyph platform={lane.platform} />
        <span>{lane.platform}</span>
        {emulated.has(lane.platform) && (
          <Badge look="emulated" title={t('lane.emulated')}>
            QEMU
          </Badge>
        )}
        <span className={styles.node}>{lane.nodes.join(', ')}</span>
      </div>
      <div className={styles.track} style={{ '--tick': tickSeconds } as CSSProperties}>
        {segments.map((segment) => (
          <Bar
            key={segment.id}
            segment={segment}
            step={steps.get(segment.id)}
            originMs={originMs}
            onShowStep={onShowStep}
          />
        ))}
      </div>
      <div className={styles.state}>
        <span>
          {finished}/{counted.length}
        </span>
        <StatusIcon status={lane.status} label={doing} />
      </div>
    </li>
  );
});

const Bar = memo(function Bar({
  segment,
  step,
  originMs,
  onShowStep,
}: {
  segment: Segment;
  step: Step | undefined;
  originMs: number;
  onShowStep: (ids: readonly string[]) => void;
}) {
  const { t } = useTranslation('run');
  const { position, text } = stepTitle(step?.name ?? '');
  const { index, total } = parseStepName(step?.name ?? '');
  const several = segment.steps.length > 1;
  const label = several
    ? t('lane.cachedSteps', { count: segment.steps.length })
    : [index === undefined ? '' : `${index}/${total}`, text].filter(Boolean).join(' ');
  const took =
    several || step?.completedMs === undefined ? undefined : stepDurationMs(step, step.completedMs);
  const note =
    segment.status === 'cached'
      ? several
        ? ''
        : t('status.cached')
      : took === undefined
        ? ''
        : formatDuration(took);
  const title = several
    ? label
    : [
        `${position} ${text}`.trim(),
        note === '' ? t(`status.${segment.status}`) : note,
        segment.emulated ? t('lane.emulated') : '',
      ]
        .filter(Boolean)
        .join(' · ');
  const places: Partial<Places> = {
    '--from': (segment.fromMs - originMs) / 1000,
    '--to': segment.toMs === undefined ? 'var(--now)' : (segment.toMs - originMs) / 1000,
  };
  // For the mouse only: the list of steps offers the same to the keyboard.
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div
      className={[
        styles.bar,
        styles[segment.status],
        segment.track === 'beside' ? styles.beside : '',
        segment.emulated ? styles.emulated : '',
      ].join(' ')}
      style={places}
      title={title}
      onClick={() => onShowStep(segment.steps)}
    >
      {segment.track === 'main' && <span>{note === '' ? label : `${label} · ${note}`}</span>}
    </div>
  );
});

/** The platforms of a build that its builder has to emulate. */
function useEmulated(builderName: string | undefined, platforms: readonly string[]): ReadonlySet<string> {
  const builder = useBuilders((state) => state.builders.find((one) => one.name === builderName));
  return useMemo(() => {
    const choices = platformChoices(builder, { platforms: [...platforms], extraPlatforms: [] });
    return new Set(choices.filter((choice) => choice.state === 'emulated').map((choice) => choice.platform));
  }, [builder, platforms]);
}
