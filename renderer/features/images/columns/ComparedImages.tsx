import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useBuilds } from '../../../stores/buildsStore';
import { closeCompared, compareWith, useImages } from '../../../stores/imagesStore';
import { IconButton } from '../../../ui/Button';
import { ErrorNote } from '../../../ui/ErrorNote';
import { sourceName } from '../sourceName';
import styles from './Columns.module.css';

const texts = { loading: 'opening', ready: 'comparedWith', failed: 'openFailed' } as const;

/** The images beside the open one, with how far they are; nothing while there are none. */
export function ComparedImages() {
  const { t } = useTranslation('images');
  const compared = useImages((state) => state.compared);
  const builds = useBuilds((state) => state.builds);
  if (compared.length === 0) return null;
  return (
    <ul aria-label={t('comparedImages')} className={styles.compared}>
      {compared.map(({ key, source, status, document, error }) => {
        const name = document?.name ?? sourceName(source, builds);
        return (
          <li key={key}>
            <span className={styles.comparedName}>
              <span role="status">{t(texts[status], { name })}</span>
              <IconButton
                size="sm"
                label={t('closeCompared', { name })}
                icon={<X size={12} strokeWidth={1.5} aria-hidden="true" />}
                onPress={() => closeCompared(key)}
              />
            </span>
            {error !== undefined && <ErrorNote error={error} onRetry={() => void compareWith(source)} />}
          </li>
        );
      })}
    </ul>
  );
}
