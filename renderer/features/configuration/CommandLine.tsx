import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { buildxCommand } from '../../../shared/model/buildxCommand';
import { useBoot } from '../../stores/bootStore';
import { useChosenBuilder } from '../../stores/buildersStore';
import { useProject } from '../../stores/projectStore';
import styles from './Configuration.module.css';

/** The buildx command that does what Build does; empty while there is nothing to build. */
export function useCommandLine(): string {
  const project = useProject((state) => state.project?.path);
  const dockerfile = useProject((state) => state.dockerfile);
  const settings = useProject((state) => state.settings);
  const builder = useChosenBuilder()?.name;
  const outputFolder = useBoot((state) => state.settings.outputFolder || state.boot.outputFolder);
  if (project === undefined || dockerfile === undefined) return '';
  return buildxCommand({
    project,
    dockerfile,
    outputFolder,
    settings,
    ...(builder === undefined ? {} : { builder }),
  });
}

/** A command to read, select and copy. The colours lie under a text box without colour of its own. */
export function CommandLine({ command, label }: { command: string; label: string }) {
  return (
    <div className={styles.well}>
      <div className={styles.wellText}>
        <pre aria-hidden="true">
          {command.split('\n').map((line, index) => (
            <Fragment key={index}>
              {index > 0 && '\n'}
              {coloured(line, index === 0)}
            </Fragment>
          ))}
        </pre>
        <textarea aria-label={label} readOnly spellCheck={false} value={command} />
      </div>
    </div>
  );
}

function coloured(line: string, isFirst: boolean) {
  if (isFirst) {
    const name = /^docker buildx \w+/.exec(line)?.[0] ?? '';
    return (
      <>
        <span className={styles.tokenName}>{name}</span>
        {line.slice(name.length)}
      </>
    );
  }
  const [, indent = '', flag = '', rest = ''] = /^(\s*)(--[\w-]+)?(.*)$/s.exec(line) ?? [];
  return (
    <>
      {indent}
      <span className={styles.tokenFlag}>{flag}</span>
      {rest}
    </>
  );
}

/** Reminds that the command reads the file on disk. */
export function UnsavedHint() {
  const { t } = useTranslation('configuration');
  const dirty = useProject((state) => state.dirty);
  return dirty ? <p className={styles.text}>{t('command.unsaved')}</p> : null;
}
