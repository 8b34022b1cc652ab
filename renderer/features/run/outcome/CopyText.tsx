import { Check, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useCopy } from '../../../ui/useCopy';
import styles from './Outcome.module.css';

/**
 * A text (a digest, a path) that a click copies. Unless it wraps, it is cut off and a digest shows without its
 * algorithm; in the page's text it is whole.
 */
export function CopyText({ text, what, wrap = false }: { text: string; what: string; wrap?: boolean }) {
  const { t } = useTranslation('run');
  const { copied, copy } = useCopy(text);
  const algorithm = wrap ? '' : (/^sha\d+:/.exec(text)?.[0] ?? '');
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      className={`${styles.copy} ${wrap ? styles.wrap : ''}`}
      title={copied ? t('result.copied') : `${t('result.copy', { what })}\n${text}`}
      onClick={copy}
    >
      <span>
        {algorithm !== '' && <span className={styles.algorithm}>{algorithm}</span>}
        {text.slice(algorithm.length)}
      </span>
      <Icon size={12} strokeWidth={1.5} aria-hidden="true" />
    </button>
  );
}
