import { Folder, TerminalSquare } from 'lucide-react';
import {
  Autocomplete,
  Dialog,
  Input,
  ListBox,
  ListBoxItem,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useBoot } from '../stores/bootStore';
import { openProject } from '../stores/projectStore';
import { useRecentProjects } from '../stores/recentProjectsStore';
import { setPaletteOpen, showView, useUi } from '../stores/uiStore';
import { Kbd } from '../ui/Kbd';
import { commandIds, isEnabled, runCommand } from './commands';
import type { CommandId } from './commands';
import styles from './CommandPalette.module.css';
import { keysOf } from './keyMap';

const icon = { size: 14, strokeWidth: 1.5, 'aria-hidden': true } as const;
const projectPrefix = 'project:';

/** Everything that can be done, found by typing. */
export function CommandPalette() {
  const { t } = useTranslation('app');
  const isOpen = useUi((state) => state.paletteOpen);
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={setPaletteOpen}
      isDismissable
      className={styles.overlay ?? ''}
    >
      <Modal className={styles.modal ?? ''}>
        <Dialog aria-label={t('palette.open')} className={styles.dialog ?? ''}>
          <PaletteList />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function PaletteList() {
  const { t } = useTranslation('app');
  const os = useBoot((state) => state.boot.os);
  const recent = useRecentProjects((state) => state.projects);
  const { contains } = useFilter({ sensitivity: 'base' });
  const commands = commandIds.filter((id) => id !== 'palette.open' && isEnabled(id));

  const choose = (key: string): void => {
    setPaletteOpen(false);
    if (!key.startsWith(projectPrefix)) return runCommand(key as CommandId);
    showView('build');
    void openProject(key.slice(projectPrefix.length));
  };
  return (
    <Autocomplete filter={contains}>
      <SearchField aria-label={t('palette.input')} autoFocus className={styles.field ?? ''}>
        <Input
          role="combobox"
          aria-expanded="true"
          placeholder={t('palette.input')}
          className={styles.input ?? ''}
          spellCheck={false}
        />
      </SearchField>
      <ListBox
        aria-label={t('palette.commands')}
        className={styles.list ?? ''}
        selectionMode="none"
        onAction={(key) => choose(String(key))}
        renderEmptyState={() => <p className={styles.empty}>{t('palette.nothing')}</p>}
      >
        {commands.map((id) => (
          <ListBoxItem key={id} id={id} textValue={t(`command.${id}`)} className={styles.item ?? ''}>
            <TerminalSquare {...icon} />
            <span className={styles.grow}>{t(`command.${id}`)}</span>
            {keysOf(id, os) !== undefined && <Kbd keys={keysOf(id, os) ?? ''} />}
          </ListBoxItem>
        ))}
        {recent
          .filter((entry) => entry.available)
          .map((entry) => (
            <ListBoxItem
              key={entry.path}
              id={projectPrefix + entry.path}
              textValue={`${t('openRecent', { name: entry.name })} ${entry.path}`}
              className={styles.item ?? ''}
            >
              <Folder {...icon} />
              <span className={styles.grow}>{t('openRecent', { name: entry.name })}</span>
              <span className={styles.meta}>{entry.path}</span>
            </ListBoxItem>
          ))}
      </ListBox>
    </Autocomplete>
  );
}
