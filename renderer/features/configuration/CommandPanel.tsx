import { useTranslation } from 'react-i18next';
import { CommandLine, UnsavedHint, useCommandLine } from './CommandLine';
import styles from './Configuration.module.css';
import { CopyCommand } from './CopyCommand';

/** The panel "Command" under the editor: the next build as a buildx command, with room to read it. */
export function CommandPanel() {
  const { t } = useTranslation('configuration');
  const command = useCommandLine();
  return (
    <div className={`${styles.command} ${styles.commandPanel}`}>
      <h3 className={styles.groupHead}>
        {t('command.title')}
        <span className={styles.hint}>{t('command.hint')}</span>
        <CopyCommand command={command} label={t('command.copyToClipboard')} />
      </h3>
      <CommandLine command={command} label={t('command.panelLine')} />
      <UnsavedHint />
    </div>
  );
}
