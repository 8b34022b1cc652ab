import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseReference } from '../../../shared/model/reference';
import { coreText } from '../../locales/core';
import { updateBuildSettings, useProject } from '../../stores/projectStore';
import styles from './Configuration.module.css';
import { Findings } from './Findings';

const tagsOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** The names of the image, one a line. */
export function Tags() {
  const { t } = useTranslation('configuration');
  const tags = useProject((state) => state.settings.tags);
  const [typed, setTyped] = useState('');
  const problemsId = useId();
  // Blank lines are kept while they are being typed.
  const text = tagsOf(typed).join('\n') === tags.join('\n') ? typed : tags.join('\n');
  const problems = text.split('\n').flatMap((line, index) => {
    const reference = line.trim();
    if (reference === '') return [];
    const parsed = parseReference(reference);
    return parsed.ok ? [] : [{ line: index + 1, reference, message: coreText(parsed.error.message) }];
  });
  return (
    <div className={styles.group}>
      <h3 className={styles.groupHead}>
        {t('tags.title')}
        <span className={styles.hint}>{t('tags.hint')}</span>
      </h3>
      <textarea
        className={`${styles.input} ${styles.mono}`}
        rows={1}
        aria-label={t('tags.title')}
        aria-invalid={problems.length > 0}
        aria-describedby={problemsId}
        placeholder={t('tags.placeholder')}
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setTyped(event.target.value);
          updateBuildSettings({ tags: tagsOf(event.target.value) });
        }}
      />
      <div id={problemsId} role="status">
        {problems.map(({ line, reference, message }) => (
          <div key={line} className={styles.errorText}>
            {t('tags.problem', { line, reference, message })}
          </div>
        ))}
      </div>
      {problems.length === 0 && <Findings field="tags" />}
    </div>
  );
}
