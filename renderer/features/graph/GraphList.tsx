import { useTranslation } from 'react-i18next';
import { StatusDots } from '../dockerfile/StatusDots';
import type { BuildMarks } from '../dockerfile/useBuildMarks';
import type { CardActions } from './Cards';
import styles from './Graph.module.css';
import type { GraphModel } from './graphModel';
import { sourceState, stageState } from './nodeState';
import type { Descriptions } from './useDescriptions';

/** The graph in words: every stage in file order with what it is made from, then what comes from outside. */
export function GraphList({
  model,
  build,
  descriptions,
  selectedId,
  actions,
}: {
  model: GraphModel;
  build: BuildMarks | undefined;
  descriptions: Descriptions;
  /** Of the stage that the editor's cursor is in. */
  selectedId: string | undefined;
  actions: CardActions;
}) {
  const { t } = useTranslation('graph');
  return (
    <div className={styles.listView}>
      <ul aria-label={t('list.stages')}>
        {model.stages.map((stage) => {
          const state = stageState(stage, build);
          return (
            <ListRow
              key={stage.id}
              id={stage.id}
              name={t('stage', { name: stage.label })}
              label={stage.label}
              description={descriptions.stage(stage, state)}
              statuses={state?.statuses}
              isSelected={stage.id === selectedId}
              isTarget={stage.isTarget}
              isNeeded={stage.neededOn.length > 0}
              actions={actions}
            />
          );
        })}
      </ul>
      {model.sources.length > 0 && (
        <ul aria-label={t('list.sources')}>
          {model.sources.map((source) => {
            const state = sourceState(source, model.stages, build);
            return (
              <ListRow
                key={source.id}
                id={source.id}
                name={t(source.kind, { reference: source.label, name: source.label })}
                label={source.label}
                description={descriptions.source(source, state)}
                statuses={state?.statuses}
                isSelected={false}
                isTarget={false}
                isNeeded={source.neededOn.length > 0}
                actions={actions}
              />
            );
          })}
        </ul>
      )}
    </div>
  );
}

function ListRow({
  id,
  name,
  label,
  description,
  statuses,
  isSelected,
  isTarget,
  isNeeded,
  actions,
}: {
  id: string;
  name: string;
  label: string;
  description: string;
  statuses: Parameters<typeof StatusDots>[0]['statuses'] | undefined;
  isSelected: boolean;
  isTarget: boolean;
  isNeeded: boolean;
  actions: CardActions;
}) {
  const classes = [styles.listRow, isSelected ? styles.current : '', isNeeded ? '' : styles.listUnneeded];
  return (
    <li className={classes.join(' ')}>
      <button
        type="button"
        className={`${styles.listName} ${isTarget ? styles.listTarget : ''}`}
        data-card={id}
        aria-label={name}
        aria-current={isSelected ? 'location' : undefined}
        aria-describedby={`list-${id}`}
        onClick={() => actions.go({ id })}
      >
        <span className={styles.cut}>{label}</span>
        {statuses !== undefined && <StatusDots statuses={statuses} />}
      </button>
      <p id={`list-${id}`} className={styles.listText}>
        {description}
      </p>
    </li>
  );
}
