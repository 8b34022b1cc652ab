import {
  ChevronDown,
  ChevronsUpDown,
  FileCode,
  Folder,
  FolderOpen,
  Play,
  RotateCcw,
  Search,
  Square,
  Terminal,
} from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useBoot } from '../stores/bootStore';
import { useBuilders, useChosenBuilder } from '../stores/buildersStore';
import { runningBuild, useBuilds } from '../stores/buildsStore';
import { chooseBuilder, openProject, selectDockerfile, useProject } from '../stores/projectStore';
import { useRecentProjects } from '../stores/recentProjectsStore';
import { setPaletteOpen, showView } from '../stores/uiStore';
import { Button } from '../ui/Button';
import { builderStatus, Dot } from '../ui/Dot';
import { Kbd } from '../ui/Kbd';
import { Menu, MenuItem, MenuSection, MenuSeparator } from '../ui/Menu';
import { Select } from '../ui/Select';
import { runCommand } from './commands';
import { copyBuildCommand } from './copyBuildCommand';
import { keysOf } from './keyMap';
import { ProgressChip } from './ProgressChip';
import { TitleBarToggles } from './TitleBarToggles';
import styles from './TitleBar.module.css';

const icon = { size: 14, strokeWidth: 1.5, 'aria-hidden': true } as const;

/** What is built, where, and the button that builds it. */
export function TitleBar() {
  const { t } = useTranslation('app');
  const running = useBuilds((state) => runningBuild(state));
  return (
    <header className={styles.bar}>
      <span className={styles.mark} aria-hidden="true">
        <svg viewBox="0 0 16 16">
          <path d="M1.8 8h3.4M5.2 8c4.6 0 2.6-4.9 9-4.9M5.2 8h9M5.2 8c4.6 0 2.6 4.9 9 4.9" />
        </svg>
      </span>
      <ProjectMenu />
      <span className={styles.slash} aria-hidden="true">
        /
      </span>
      <DockerfilePicker />
      <span className={styles.slash} aria-hidden="true">
        {t('on')}
      </span>
      <BuilderPicker />
      <span className={styles.spring} />
      <PaletteButton />
      <span className={styles.spring} />
      {running !== undefined && <ProgressChip build={running} />}
      <BuildButtons running={running !== undefined} />
      <TitleBarToggles />
    </header>
  );
}

function ProjectMenu() {
  const { t } = useTranslation('app');
  const os = useBoot((state) => state.boot.os);
  const project = useProject((state) => state.project);
  const recent = useRecentProjects((state) => state.projects);
  const menu = (
    <Menu
      label={t('project')}
      trigger={
        <AriaButton
          className={styles.overlayButton ?? ''}
          aria-label={t('project')}
          aria-describedby="title-project"
        />
      }
    >
      <MenuItem
        label={t('command.project.open')}
        icon={<FolderOpen {...icon} />}
        keys={keysOf('project.open', os)}
        onAction={() => runCommand('project.open')}
      />
      {recent.length > 0 && (
        <MenuSection title={t('recentProjects')}>
          {recent.slice(0, 12).map((entry) => (
            <MenuItem
              key={entry.path}
              label={entry.name}
              icon={<Folder {...icon} />}
              meta={entry.available ? entry.path : t('folderGone')}
              isDisabled={!entry.available}
              onAction={() => {
                showView('build');
                void openProject(entry.path);
              }}
            />
          ))}
        </MenuSection>
      )}
    </Menu>
  );
  // The button lies over its text: its name is "Project", whatever the project is called.
  return (
    <span className={styles.pick}>
      <Folder {...icon} />
      <span id="title-project" className={styles.name} title={project?.path}>
        {project?.name ?? t('noProject')}
      </span>
      <ChevronsUpDown size={12} strokeWidth={1.5} aria-hidden="true" />
      {menu}
    </span>
  );
}

function DockerfilePicker() {
  const { t } = useTranslation('app');
  const files = useProject((state) => state.project?.dockerfiles);
  const dockerfile = useProject((state) => state.dockerfile);
  const dirty = useProject((state) => state.dirty);
  return (
    <Select
      look="bar"
      label={t('dockerfile')}
      options={(files ?? []).map((file) => ({ id: file.path, label: file.path }))}
      value={dockerfile}
      onChange={(path) => void selectDockerfile(path)}
      isDisabled={files === undefined || files.length === 0}
    >
      <FileCode {...icon} className={styles.pickIcon} />
      <span className={styles.value}>{dockerfile ?? t('noDockerfile')}</span>
      {dirty && (
        <span className={styles.meta} title={t('unsaved')}>
          ●
        </span>
      )}
    </Select>
  );
}

function BuilderPicker() {
  const { t } = useTranslation('app');
  const builders = useBuilders((state) => state.builders);
  const loaded = useBuilders((state) => state.loaded);
  const chosen = useChosenBuilder();
  return (
    <Select
      look="bar"
      label={t('builder')}
      options={builders.map((builder) => ({
        id: builder.name,
        label: builder.name,
        meta: `${builder.driver}, ${t(`nodeStatus.${builderStatus(builder.nodes)}`)}`,
        icon: <Dot status={builderStatus(builder.nodes)} />,
      }))}
      value={chosen?.name}
      onChange={chooseBuilder}
      isDisabled={builders.length === 0}
    >
      {chosen !== undefined && <Dot status={builderStatus(chosen.nodes)} />}
      <span className={styles.value}>{chosen?.name ?? (loaded ? t('noBuilder') : t('loading'))}</span>
      {chosen !== undefined && (
        <span className={styles.meta}>
          {chosen.driver}, {t('nodes', { count: chosen.nodes.length })}
        </span>
      )}
    </Select>
  );
}

function PaletteButton() {
  const { t } = useTranslation('app');
  const os = useBoot((state) => state.boot.os);
  return (
    <AriaButton className={styles.palette ?? ''} onPress={() => setPaletteOpen(true)}>
      <Search {...icon} />
      <span className={styles.grow}>
        {t('palette.search')}
        <span className={styles.paletteRest}>{t('palette.searchRest')}</span>
      </span>
      <Kbd keys={keysOf('palette.open', os) ?? ''} />
    </AriaButton>
  );
}

function BuildButtons({ running }: { running: boolean }) {
  const { t } = useTranslation('app');
  const os = useBoot((state) => state.boot.os);
  const starting = useBuilds((state) => state.starting);
  const ready = useProject((state) => state.dockerfile !== undefined);
  const hasBuilder = useBuilders((state) => state.builders.length > 0);
  const idle = { isDisabled: !ready || !hasBuilder || starting };
  const look = running ? 'default' : 'primary';
  return (
    <span className={styles.split}>
      {running ? (
        <Button
          look={look}
          aria-label={t('command.build.cancel')}
          icon={<Square {...icon} />}
          onPress={() => runCommand('build.cancel')}
        >
          {t('cancel')}
          <Kbd keys={keysOf('build.cancel', os) ?? ''} />
        </Button>
      ) : (
        <Button look={look} icon={<Play {...icon} />} onPress={() => runCommand('build.start')} {...idle}>
          {t('command.build.start')}
        </Button>
      )}
      <Menu
        label={t('buildOptions')}
        placement="bottom end"
        trigger={
          <Button look={look} aria-label={t('buildOptions')} {...(running ? {} : idle)}>
            <ChevronDown size={12} strokeWidth={1.5} aria-hidden="true" />
          </Button>
        }
      >
        <MenuItem
          label={t('command.build.start')}
          icon={<Play {...icon} />}
          keys={keysOf('build.start', os)}
          onAction={() => runCommand('build.start')}
          {...idle}
        />
        <MenuItem
          label={t('command.build.startWithoutCache')}
          icon={<RotateCcw {...icon} />}
          keys={keysOf('build.startWithoutCache', os)}
          onAction={() => runCommand('build.startWithoutCache')}
          {...idle}
        />
        <MenuSeparator />
        <MenuItem
          label={t('copyAsCommand')}
          icon={<Terminal {...icon} />}
          onAction={() => void copyBuildCommand()}
          {...idle}
        />
      </Menu>
    </span>
  );
}
