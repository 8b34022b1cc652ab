import { Box } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { revealLine } from '../../stores/uiStore';
import { Badge } from '../../ui/Badge';
import { PlatformGlyph } from '../../ui/PlatformGlyph';
import { StatusDots, useStatusText } from '../dockerfile/StatusDots';
import type { BuildMarks } from '../dockerfile/useBuildMarks';
import type { StepMark } from '../dockerfile/stageSteps';
import styles from './Graph.module.css';
import type { ImageCard, StageCard } from './graphModel';
import { cardWidth } from './layout';
import type { Place } from './layout';

/** An image that stages are built on or take files from. */
export function ImageCardView({
  image,
  place,
  build,
}: {
  image: ImageCard;
  place: Place;
  build: BuildMarks | undefined;
}) {
  const { t } = useTranslation('graph');
  const mark = image.baseOf
    .map((id) => build?.marks.get(`${id.slice('stage:'.length)}:1`))
    .find((one) => one !== undefined);
  return (
    <div
      className={`${styles.card} ${image.needed ? '' : styles.unneeded}`}
      style={{ left: place.x, top: place.y, width: cardWidth, height: place.height }}
    >
      <button
        type="button"
        className={styles.imageHead}
        aria-label={t('image', { reference: image.reference })}
        title={image.reference}
        onClick={() => revealLine(image.line)}
      >
        <Box size={12} strokeWidth={1.5} aria-hidden="true" />
        <span className={styles.cut}>{image.reference}</span>
      </button>
      <div className={styles.imageFoot}>
        <span className={styles.digest}>{mark?.digest?.slice(0, 'sha256:'.length + 8)}</span>
        {mark !== undefined && <StatusDots statuses={mark.statuses} />}
      </div>
    </div>
  );
}

/** Of more platforms than this, only the number fits beside a stage's name. */
const mostGlyphs = 3;

/** A stage with its steps. */
export function StageCardView({
  stage,
  place,
  platforms,
  build,
}: {
  stage: StageCard;
  place: Place;
  platforms: readonly string[];
  build: BuildMarks | undefined;
}) {
  const { t } = useTranslation('graph');
  const descriptionId = `graph-${stage.id}`;
  const classes = [styles.card, stage.isTarget ? styles.target : '', stage.needed ? '' : styles.unneeded];
  const shown = stage.needed ? platforms.slice(0, mostGlyphs) : [];
  const more = stage.needed ? platforms.length - shown.length : 0;
  const description = [
    ...(stage.isTarget ? [t('target')] : []),
    ...(stage.needed ? [] : [t('unneeded')]),
    t('steps', { count: stage.steps.length }),
  ].join(', ');
  return (
    <div className={classes.join(' ')} style={{ left: place.x, top: place.y, width: cardWidth }}>
      <div className={styles.stageHead}>
        <button
          type="button"
          className={styles.stageName}
          aria-label={t('stage', { name: stage.label })}
          aria-describedby={descriptionId}
          title={stage.label}
          style={{
            paddingInlineEnd: 14 + (stage.isTarget ? 46 : 0) + shown.length * 12 + (more > 0 ? 18 : 0),
          }}
          onClick={() => revealLine(stage.line)}
        >
          <span className={styles.cut}>{stage.label}</span>
        </button>
        <span className={styles.glyphs} aria-hidden="true">
          {stage.isTarget && <Badge look="running">{t('target')}</Badge>}
          <span className={styles.platforms}>
            {shown.map((name) => (
              <PlatformGlyph key={name} platform={name} size={8} />
            ))}
            {more > 0 && <span className={styles.more}>+{more}</span>}
          </span>
        </span>
      </div>
      <span id={descriptionId} hidden>
        {description}
      </span>
      <ul aria-label={t('stepsOf', { name: stage.label })}>
        {stage.steps.map((step) => (
          <StepRow
            key={step.index}
            position={`${step.index}/${stage.steps.length}`}
            text={`${step.keyword} ${step.text.split('\n', 1)[0]}`}
            line={step.lines.start}
            platforms={build?.platforms ?? []}
            mark={build?.marks.get(`${stage.index}:${step.index}`)}
          />
        ))}
      </ul>
    </div>
  );
}

function StepRow({
  position,
  text,
  line,
  platforms,
  mark,
}: {
  position: string;
  text: string;
  line: number;
  platforms: readonly string[];
  mark: StepMark | undefined;
}) {
  const statusText = useStatusText();
  const words = mark === undefined ? '' : statusText(platforms, mark.statuses);
  const isRunning = mark?.statuses.includes('running') ?? false;
  const isFailed = mark?.statuses.includes('failed') ?? false;
  return (
    <li className={`${styles.step} ${isFailed ? styles.failed : isRunning ? styles.running : ''}`}>
      <button
        type="button"
        tabIndex={-1}
        className={styles.stepButton}
        title={words === '' ? text : `${text}\n${words}`}
        onClick={() => revealLine(line)}
      >
        <span className={styles.dim}>{position}</span>
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
