import { Folder, FolderPlus } from 'lucide-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { runCommand } from '../../app/commands';
import { openProject, useProject } from '../../stores/projectStore';
import { useRecentProjects } from '../../stores/recentProjectsStore';
import { IconButton } from '../../ui/Button';
import { Tree } from '../../ui/Tree';
import styles from './Sidebar.module.css';

/** Folders that were opened; a click opens one again. */
export function ProjectTree({ scroller }: { scroller: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation('app');
  const projects = useRecentProjects((state) => state.projects);
  const loaded = useRecentProjects((state) => state.loaded);
  const open = useProject((state) => state.project?.path);
  return (
    <section className={styles.section}>
      <h2 className={styles.head}>
        {t('sidebar.projects')}
        <IconButton
          size="sm"
          label={t('sidebar.openProject')}
          icon={<FolderPlus size={14} strokeWidth={1.5} aria-hidden="true" />}
          onPress={() => runCommand('project.open')}
        />
      </h2>
      <Tree
        label={t('sidebar.projects')}
        nodes={projects.map((project) => ({
          id: project.path,
          name: project.name,
          icon: <Folder size={14} strokeWidth={1.5} aria-hidden="true" className={styles.icon} />,
          ...(project.available ? {} : { beside: <span className={styles.meta}>{t('sidebar.gone')}</span> }),
        }))}
        selected={open}
        scroller={scroller}
        onSelect={(path) => void openProject(path)}
      />
      {loaded && projects.length === 0 && <p className={styles.nothing}>{t('sidebar.noProjects')}</p>}
    </section>
  );
}
