import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { BuilderTree } from './BuilderTree';
import { ProjectTree } from './ProjectTree';
import { RecentBuilds } from './RecentBuilds';
import styles from './Sidebar.module.css';

/** What there is to build with, to build, and what was built. */
export function Sidebar() {
  const { t } = useTranslation('app');
  const scroller = useRef<HTMLElement>(null);
  return (
    <aside ref={scroller} aria-label={t('sidebar.label')} className={styles.sidebar}>
      <BuilderTree scroller={scroller} />
      <ProjectTree scroller={scroller} />
      <RecentBuilds scroller={scroller} />
    </aside>
  );
}
