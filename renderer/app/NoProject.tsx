import { FileCode, FolderOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { openProject, useProject } from '../stores/projectStore';
import { useRecentProjects } from '../stores/recentProjectsStore';
import { Button } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { ErrorNote } from '../ui/ErrorNote';
import { runCommand } from './commands';

/** Stands where the editor would, until there is a Dockerfile to show. */
export function NoProject() {
  const { t } = useTranslation('app');
  const status = useProject((state) => state.status);
  const project = useProject((state) => state.project);
  const error = useProject((state) => state.error);
  const latest = useRecentProjects((state) =>
    state.projects.find((entry) => entry.available && entry.path !== project?.path),
  );

  if (status === 'loading') return <EmptyState title={t('openingProject')} />;
  const open = (
    <Button look="primary" onPress={() => runCommand('project.open')}>
      {t('openFolder')}
    </Button>
  );
  if (project !== undefined) {
    return (
      <EmptyState
        icon={<FileCode size={28} strokeWidth={1.25} />}
        title={t('noDockerfileTitle')}
        actions={
          <>
            <Button onPress={() => void openProject(project.path)}>{t('lookAgain')}</Button>
            {open}
          </>
        }
      >
        {t('noDockerfileText', { folder: project.path })}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<FolderOpen size={28} strokeWidth={1.25} />}
      title={status === 'failed' ? t('openFailed') : t('noProjectTitle')}
      actions={
        <>
          {latest !== undefined && (
            <Button onPress={() => void openProject(latest.path)}>
              {t('openRecent', { name: latest.name })}
            </Button>
          )}
          {open}
        </>
      }
    >
      {error === undefined ? t('noProjectText') : <ErrorNote error={error} />}
    </EmptyState>
  );
}
