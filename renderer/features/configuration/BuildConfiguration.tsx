import { useTranslation } from 'react-i18next';
import { updateBuildSettings, useProject } from '../../stores/projectStore';
import { ErrorNote } from '../../ui/ErrorNote';
import { BuildArguments } from './BuildArguments';
import { CommandLine, UnsavedHint, useCommandLine } from './CommandLine';
import styles from './Configuration.module.css';
import { CopyCommand } from './CopyCommand';
import { Findings, FindingsContext } from './Findings';
import { Outputs } from './Outputs';
import { Platforms } from './Platforms';
import { BuildContexts, CacheLocations, Labels, Secrets, Ssh } from './Tables';
import { Tags } from './Tags';
import { TargetStage } from './TargetStage';
import { Tick } from './Tick';
import { usePreflight } from './usePreflight';

/** Everything that the next build of the open Dockerfile is asked for. */
export function BuildConfiguration() {
  const { t } = useTranslation('configuration');
  const { findings, error } = usePreflight();
  const command = useCommandLine();
  return (
    <section aria-label={t('title')} className={styles.panel}>
      <header className={styles.head}>{t('title')}</header>
      <FindingsContext value={findings}>
        <div className={styles.scroll}>
          {error !== undefined && <ErrorNote error={error} />}
          <Findings />
          <Platforms />
          <TargetStage />
          <Tags />
          <BuildArguments />
          <Outputs />
          <CacheLocations field="cacheFrom" />
          <CacheLocations field="cacheTo" />
          <Options />
          <Secrets />
          <Ssh />
          <Labels />
          <BuildContexts />
        </div>
      </FindingsContext>
      <div className={styles.command}>
        <h3 className={styles.groupHead}>
          {t('command.title')}
          <span className={styles.hint}>{t('command.hint')}</span>
          <CopyCommand command={command} label={t('command.copy')} />
        </h3>
        <CommandLine command={command} label={t('command.line')} />
        <UnsavedHint />
      </div>
    </section>
  );
}

const options = ['provenance', 'sbom', 'noCache', 'pull'] as const;

function Options() {
  const { t } = useTranslation('configuration');
  const settings = useProject((state) => state.settings);
  return (
    <div role="group" aria-label={t('options.title')} className={styles.group}>
      <div className={styles.options}>
        {options.map((name) => (
          <Tick key={name} checked={settings[name]} onChange={(on) => updateBuildSettings({ [name]: on })}>
            {t(`options.${name}`)}
          </Tick>
        ))}
      </div>
    </div>
  );
}
