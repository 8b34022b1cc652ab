import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BuildSettings } from '../../../shared/contract';
import { updateBuildSettings, useProject } from '../../stores/projectStore';
import { Badge } from '../../ui/Badge';
import { Select } from '../../ui/Select';
import styles from './Configuration.module.css';
import { useOutline } from './useOutline';

type Secret = BuildSettings['secrets'][number];

/** A row for each secret that the Dockerfile asks for, with the place where it comes from. */
export function AskedSecrets() {
  const { secrets: asked } = useOutline();
  return asked.map(({ id, required }) => <AskedSecret key={id} id={id} required={required} />);
}

function AskedSecret({ id, required }: { id: string; required: boolean }) {
  const { t } = useTranslation('configuration');
  const secrets = useProject((state) => state.settings.secrets);
  const source = secrets.find((secret) => secret.id === id)?.source;
  const [typed, setTyped] = useState<Secret['source']['type']>('file');
  const type = source?.type ?? typed;
  const value = source === undefined ? '' : source.type === 'file' ? source.path : source.name;

  const give = (kind: Secret['source']['type'], text: string): void => {
    setTyped(kind);
    const others = secrets.filter((secret) => secret.id !== id);
    const given: Secret = {
      id,
      source: kind === 'env' ? { type: 'env', name: text } : { type: 'file', path: text },
    };
    // An emptied field means that it is not given.
    updateBuildSettings({ secrets: text === '' ? others : [...others, given] });
  };
  return (
    <tr>
      <td className={`${styles.mono} ${styles.cut}`} title={id}>
        {id}
      </td>
      <td>
        <Select
          label={t('secrets.fromOf', { id })}
          hideLabel
          size="sm"
          options={[
            { id: 'file', label: t('secrets.file') },
            { id: 'env', label: t('secrets.env') },
          ]}
          value={type}
          onChange={(kind) => give(kind === 'env' ? 'env' : 'file', value)}
        />
      </td>
      <td colSpan={2}>
        <span className={styles.automatic}>
          <input
            type="text"
            className={`${styles.input} ${styles.mono}`}
            aria-label={id}
            aria-required={required}
            placeholder={t(type === 'env' ? 'secrets.variable' : 'secrets.path')}
            value={value}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => give(type, event.target.value)}
          />
          <Asked required={required} given={source !== undefined} />
        </span>
      </td>
    </tr>
  );
}

/** Says whether a build needs what the row is about. */
export function Asked({ required, given }: { required: boolean; given: boolean }) {
  const { t } = useTranslation('configuration');
  return (
    <Badge
      look={required && !given ? 'warning' : 'plain'}
      title={t(required ? 'asked.requiredHint' : 'asked.optionalHint')}
    >
      {t(required ? 'asked.required' : 'asked.optional')}
    </Badge>
  );
}
