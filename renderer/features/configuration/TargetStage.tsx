import { ChevronsUpDown } from 'lucide-react';
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { CheckedTarget } from '../../../shared/contract';
import type { Stage } from '../../../shared/dockerfile';
import { updateBuildSettings, useProject } from '../../stores/projectStore';
import { useSettledText } from '../../stores/useSettledText';
import menu from '../../ui/Menu.module.css';
import { stageLabel } from '../dockerfile/stageSteps';
import { syntaxOf } from '../dockerfile/syntax';
import styles from './Configuration.module.css';
import { Findings, useFindings } from './Findings';
import { useCheckedTargets } from './useOutline';

/** Which stage to build. A stage without a name can't be chosen: BuildKit finds targets by name only. */
export function TargetStage() {
  const { t } = useTranslation('configuration');
  const text = useSettledText();
  const target = useProject((state) => state.settings.target);
  const { stages } = syntaxOf(text);
  const last = stages.at(-1);
  const targets = useCheckedTargets();
  const choices = targetChoices(stages, targets);
  const isInvalid = useFindings('target').some(({ severity }) => severity === 'error');

  return (
    <div className={styles.group}>
      <ComboBox
        className={styles.row ?? ''}
        allowsCustomValue
        allowsEmptyCollection
        menuTrigger="manual"
        inputValue={target}
        isInvalid={isInvalid}
        onInputChange={(value) => updateBuildSettings({ target: value.trim() })}
        onChange={(key) => {
          if (key !== null) updateBuildSettings({ target: String(key) === lastStage ? '' : String(key) });
        }}
        value={null}
        defaultFilter={() => true}
      >
        <Label>{t('target.label')}</Label>
        <div className={styles.combo}>
          <Input
            className={styles.input ?? ''}
            spellCheck={false}
            placeholder={
              last === undefined ? t('target.none') : t('target.last', { stage: stageLabel(last) })
            }
          />
          <Button aria-label={t('target.show')}>
            <ChevronsUpDown size={12} strokeWidth={1.5} aria-hidden="true" />
          </Button>
        </div>
        <Popover className={`${menu.popover} ${menu.select}`}>
          <ListBox className={menu.list ?? ''}>
            {last !== undefined && (
              <ListBoxItem
                id={lastStage}
                className={menu.item ?? ''}
                textValue={t('target.last', { stage: stageLabel(last) })}
              >
                {t('target.last', { stage: stageLabel(last) })}
              </ListBoxItem>
            )}
            {choices.map(({ label, isNamed, description }) => (
              <ListBoxItem
                key={label}
                id={label}
                className={menu.item ?? ''}
                textValue={label}
                isDisabled={!isNamed}
              >
                <span className={menu.grow}>{label}</span>
                {!isNamed && <span className={menu.meta}>{t('target.unnamed')}</span>}
                {description !== undefined && <span className={menu.meta}>{description}</span>}
              </ListBoxItem>
            ))}
          </ListBox>
        </Popover>
      </ComboBox>
      <Findings field="target" />
    </div>
  );
}

interface TargetChoice {
  label: string;
  isNamed: boolean;
  /** What the stage's comment says. */
  description?: string;
}

/** The stages of the text, with BuildKit's descriptions, then those that only the Dockerfile's own frontend knows. */
function targetChoices(stages: readonly Stage[], targets: readonly CheckedTarget[]): TargetChoice[] {
  const labels = new Map(stages.map((stage) => [stageLabel(stage), stage.name !== undefined]));
  for (const { name } of targets) if (name !== undefined) labels.set(name, true);
  return [...labels].map(([label, isNamed]) => {
    const description = targets.find(({ name }) => name === label)?.description;
    return { label, isNamed, ...(description !== undefined && { description }) };
  });
}

/** No stage can be called so: a space is not allowed in a name. */
const lastStage = ' last';
