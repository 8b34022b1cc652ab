import { FolderSearch } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder, BuildOutput, BuildOutputType } from '../../../shared/contract';
import { reportDefect, studio } from '../../app/studio';
import { useBoot } from '../../stores/bootStore';
import { useChosenBuilder } from '../../stores/buildersStore';
import { updateBuildSettings, useProject } from '../../stores/projectStore';
import { Button } from '../../ui/Button';
import styles from './Configuration.module.css';
import { Findings } from './Findings';
import { Group } from './Group';

const types: readonly BuildOutputType[] = ['push', 'load', 'oci', 'docker', 'local', 'tar', 'cacheonly'];

/** Where the result goes. */
export function Outputs() {
  const { t } = useTranslation('configuration');
  const output = useProject((state) => state.settings.output);
  const canLoad = canLoadOn(useChosenBuilder());
  const noDockerId = useId();
  const [paths, setPaths] = useState<Partial<Record<BuildOutputType, string>>>({});

  const choose = (type: BuildOutputType): void => {
    const path = paths[type];
    updateBuildSettings({ output: outputOf(type, path) });
  };
  const setPath = (path: string): void => {
    setPaths({ ...paths, [output.type]: path });
    updateBuildSettings({ output: outputOf(output.type, path) });
  };

  return (
    <Group title={t('outputs.title')} hint={t(`outputs.hint.${output.type}`)}>
      <div className={styles.segments}>
        {types.map((type) => {
          const isDisabled = type === 'load' && !canLoad;
          return (
            <label
              key={type}
              className={styles.segment}
              title={isDisabled ? t('outputs.noDocker') : undefined}
            >
              <input
                type="radio"
                name="output"
                aria-label={t(`outputs.name.${type}`)}
                aria-describedby={isDisabled ? noDockerId : undefined}
                checked={output.type === type}
                disabled={isDisabled}
                onChange={() => choose(type)}
              />
              {t(`outputs.short.${type}`)}
            </label>
          );
        })}
      </div>
      <span id={noDockerId} hidden>
        {t('outputs.noDocker')}
      </span>
      <Destination output={output} onChange={setPath} />
      <Findings field="output" />
    </Group>
  );
}

/** A node tells only once it runs; starting it is the build's own business. */
function canLoadOn(builder: Builder | undefined): boolean {
  return (builder?.nodes ?? []).some(({ status, features }) =>
    features === undefined ? ['stopped', 'starting'].includes(status) : features.load !== 'none',
  );
}

/** A folder has to be chosen; an archive goes to Manifold's own folder unless a path is given. */
function Destination({ output, onChange }: { output: BuildOutput; onChange: (path: string) => void }) {
  const { t } = useTranslation('configuration');
  const outputFolder = useBoot((state) => state.settings.outputFolder || state.boot.outputFolder);
  if (output.type === 'push' || output.type === 'load' || output.type === 'cacheonly') return null;
  const isFolder = output.type === 'local';

  const browse = async (): Promise<void> => {
    const title = t(isFolder ? 'chooseFolder' : 'outputs.saveAs');
    const startAt = output.path ?? '';
    const { path } = await studio().call(isFolder ? 'dialogs.chooseFolder' : 'dialogs.chooseSavePath', {
      title,
      ...(startAt === '' ? {} : { startAt }),
    });
    if (path !== undefined) onChange(path);
  };
  return (
    <div className={styles.path}>
      <input
        type="text"
        className={`${styles.input} ${styles.mono}`}
        aria-label={t(isFolder ? 'outputs.folder' : 'outputs.file')}
        placeholder={
          isFolder ? t('outputs.folderPlaceholder') : t('outputs.filePlaceholder', { folder: outputFolder })
        }
        title={output.path ?? ''}
        value={output.path ?? ''}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
      <Button
        size="sm"
        icon={<FolderSearch size={14} strokeWidth={1.5} aria-hidden="true" />}
        onPress={() => void browse().catch(reportDefect)}
      >
        {t('outputs.browse')}
      </Button>
    </div>
  );
}

function outputOf(type: BuildOutputType, path = ''): BuildOutput {
  switch (type) {
    case 'local':
      return { type, path };
    case 'oci':
    case 'docker':
    case 'tar':
      return path === '' ? { type } : { type, path };
    case 'push':
    case 'load':
    case 'cacheonly':
      return { type };
  }
}
