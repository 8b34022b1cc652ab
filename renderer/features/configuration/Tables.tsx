import { useTranslation } from 'react-i18next';
import type { BuildSettings, NamedValue } from '../../../shared/contract';
import { parseReference } from '../../../shared/model/reference';
import { coreText } from '../../locales/core';
import { updateBuildSettings, useProject } from '../../stores/projectStore';
import { AskedSecrets } from './AskedSecrets';
import { AskedSsh } from './AskedSsh';
import styles from './Configuration.module.css';
import { EditableTable } from './EditableTable';
import type { EditableRow } from './EditableTable';
import { Findings } from './Findings';
import { useOutline } from './useOutline';

const has =
  (...columns: string[]) =>
  (row: EditableRow): boolean =>
    columns.every((column) => row[column] !== '');
const named = ({ name, value }: NamedValue): EditableRow => ({ name, value });
const toNamed = (row: EditableRow): NamedValue => ({ name: row['name'] ?? '', value: row['value'] ?? '' });

export function Labels() {
  const { t } = useTranslation('configuration');
  const labels = useProject((state) => state.settings.labels);
  return (
    <div className={`${styles.group} ${styles.shut}`}>
      <EditableTable
        label={t('labels.title')}
        addLabel={t('labels.add')}
        hint={t('none')}
        columns={[
          { id: 'name', label: t('column.name') },
          { id: 'value', label: t('column.value') },
        ]}
        newRow={{ name: '', value: '' }}
        rows={labels.map(named)}
        isComplete={has('name')}
        onChange={(rows) => updateBuildSettings({ labels: rows.map(toNamed) })}
      />
      <Findings field="labels" />
    </div>
  );
}

type Secret = BuildSettings['secrets'][number];
const secretRow = ({ id, source }: Secret): EditableRow => ({
  id,
  type: source.type,
  value: source.type === 'file' ? source.path : source.name,
});
const toSecret = ({ id = '', type, value = '' }: EditableRow): Secret => ({
  id,
  source: type === 'env' ? { type: 'env', name: value } : { type: 'file', path: value },
});

export function Secrets() {
  const { t } = useTranslation('configuration');
  const secrets = useProject((state) => state.settings.secrets);
  const { secrets: asked } = useOutline();
  const isAsked = (id: string | undefined): boolean => asked.some((secret) => secret.id === id);
  return (
    <div className={`${styles.group} ${styles.shut}`}>
      <EditableTable
        label={t('secrets.title')}
        addLabel={t('secrets.add')}
        hint={t('none')}
        columns={[
          { id: 'id', label: t('secrets.id'), width: '26%', placeholder: 'netrc' },
          {
            id: 'type',
            label: t('secrets.from'),
            width: '27%',
            options: [
              { id: 'file', label: t('secrets.file') },
              { id: 'env', label: t('secrets.env') },
            ],
          },
          {
            id: 'value',
            label: t('secrets.source'),
            placeholder: (row) => t(row['type'] === 'env' ? 'secrets.variable' : 'secrets.path'),
          },
        ]}
        newRow={{ id: '', type: 'file', value: '' }}
        rows={secrets.filter(({ id }) => !isAsked(id)).map(secretRow)}
        isComplete={(row) => has('id', 'value')(row) && !isAsked(row['id'])}
        onChange={(rows) =>
          updateBuildSettings({
            secrets: [...secrets.filter(({ id }) => isAsked(id)), ...rows.map(toSecret)],
          })
        }
        before={asked.length === 0 ? undefined : <AskedSecrets />}
        browse={{ column: 'value', kindOf: (row) => (row['type'] === 'file' ? 'file' : undefined) }}
      />
      <Findings field="secrets" />
    </div>
  );
}

export function Ssh() {
  const { t } = useTranslation('configuration');
  const ssh = useProject((state) => state.settings.ssh);
  const { ssh: asked } = useOutline();
  const isMissing = asked.some(({ id }) => !ssh.some((agent) => agent.id === id));
  return (
    <div className={`${styles.group} ${styles.shut}`}>
      <EditableTable
        label={t('ssh.title')}
        addLabel={t('ssh.add')}
        hint={t('none')}
        columns={[
          { id: 'id', label: t('ssh.id'), width: '30%', placeholder: 'default' },
          { id: 'socket', label: t('ssh.socket'), placeholder: '$SSH_AUTH_SOCK' },
        ]}
        newRow={{ id: 'default', socket: '' }}
        rows={ssh.map(({ id, socket }) => ({ id, socket }))}
        isComplete={has('id')}
        onChange={(rows) =>
          updateBuildSettings({ ssh: rows.map(({ id = '', socket = '' }) => ({ id, socket })) })
        }
        browse={{ column: 'socket', kindOf: () => 'file' }}
        before={isMissing ? <AskedSsh /> : undefined}
      />
      <Findings field="ssh" />
    </div>
  );
}

export function BuildContexts() {
  const { t } = useTranslation('configuration');
  const contexts = useProject((state) => state.settings.buildContexts);
  return (
    <div className={`${styles.group} ${styles.shut}`}>
      <EditableTable
        label={t('buildContexts.title')}
        addLabel={t('buildContexts.add')}
        hint={t('none')}
        columns={[
          { id: 'name', label: t('column.name'), width: '34%' },
          { id: 'value', label: t('buildContexts.source'), placeholder: t('buildContexts.placeholder') },
        ]}
        newRow={{ name: '', value: '' }}
        rows={contexts.map(named)}
        isComplete={has('name', 'value')}
        onChange={(rows) => updateBuildSettings({ buildContexts: rows.map(toNamed) })}
        browse={{ column: 'value', kindOf: () => 'folder' }}
      />
      <Findings field="buildContexts" />
    </div>
  );
}

/** Where the cache comes from, and where it goes. */
export function CacheLocations({ field }: { field: 'cacheFrom' | 'cacheTo' }) {
  const { t } = useTranslation('configuration');
  const locations = useProject((state) => state.settings[field]);
  return (
    <div className={`${styles.group} ${styles.shut}`}>
      <EditableTable
        label={t(`${field}.title`)}
        addLabel={t(`${field}.add`)}
        hint={t('none')}
        columns={[{ id: 'location', label: t('column.location'), placeholder: t(`${field}.placeholder`) }]}
        newRow={{ location: '' }}
        rows={locations.map((location) => ({ location }))}
        isComplete={has('location')}
        onChange={(rows) => updateBuildSettings({ [field]: rows.map(({ location = '' }) => location) })}
        problemOf={({ location = '' }) => {
          if (location.includes('=')) return undefined;
          const reference = parseReference(location.trim());
          return reference.ok ? undefined : coreText(reference.error.message);
        }}
      />
      <Findings field={field} />
    </div>
  );
}
