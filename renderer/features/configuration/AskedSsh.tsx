import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { updateBuildSettings, useProject } from '../../stores/projectStore';
import { IconButton } from '../../ui/Button';
import { Asked } from './AskedSecrets';
import styles from './Configuration.module.css';
import { useOutline } from './useOutline';

/** A row for each SSH agent that the Dockerfile asks for and that is not given yet. */
export function AskedSsh() {
  const { t } = useTranslation('configuration');
  const { ssh: asked } = useOutline();
  const given = useProject((state) => state.settings.ssh);
  return asked
    .filter(({ id }) => !given.some((agent) => agent.id === id))
    .map(({ id, required }) => (
      <tr key={id}>
        <td className={`${styles.mono} ${styles.cut}`} title={id}>
          {id}
        </td>
        <td>
          <span className={styles.automatic}>
            <span className={`${styles.cut} ${styles.dim}`}>{t('ssh.notGiven')}</span>
            <Asked required={required} given={false} />
          </span>
        </td>
        <td>
          <IconButton
            label={t('ssh.give', { id })}
            size="sm"
            icon={<Plus size={14} strokeWidth={1.5} />}
            onPress={() => updateBuildSettings({ ssh: [...given, { id, socket: '' }] })}
          />
        </td>
      </tr>
    ));
}
