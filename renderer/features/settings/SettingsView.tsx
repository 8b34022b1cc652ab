import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../shared/contract';
import { reportDefect, studio } from '../../app/studio';
import { updateSettings, useBoot } from '../../stores/bootStore';
import { Button } from '../../ui/Button';
import { Checkbox } from '../../ui/Checkbox';
import { ErrorNote } from '../../ui/ErrorNote';
import { Segmented } from '../../ui/Segmented';
import { TextField } from '../../ui/TextField';
import styles from './SettingsView.module.css';

/** What holds for all projects. Every change counts at once. */
export default function SettingsView() {
  const { t } = useTranslation('settings');
  const settings = useBoot((state) => state.settings);
  const error = useBoot((state) => state.settingsError);
  const version = useBoot((state) => state.boot.version);
  return (
    <div className={styles.page}>
      <div className={styles.column}>
        <h1 className={styles.title}>{t('title')}</h1>
        {error !== undefined && <ErrorNote error={error} />}
        <section className={styles.section}>
          <h2 className={styles.head}>{t('appearance')}</h2>
          <Row label={t('theme')}>
            <Segmented
              label={t('theme')}
              value={settings.theme}
              onChange={(theme) => void updateSettings({ theme })}
              segments={(['system', 'light', 'dark'] as const).map((id) => ({
                id,
                label: t(`themes.${id}`),
              }))}
            />
          </Row>
          <Row label={t('language')}>
            <Segmented
              label={t('language')}
              value={settings.language}
              onChange={(language) => void updateSettings({ language })}
              segments={(['system', 'en', 'zh-CN'] as const).map((id) => ({
                id,
                label: t(`languages.${id}`),
              }))}
            />
          </Row>
        </section>
        <section className={styles.section}>
          <h2 className={styles.head}>{t('builds')}</h2>
          <div>
            <Checkbox
              label={t('keepLocalBuilder')}
              isSelected={settings.keepLocalBuilder}
              onChange={(keepLocalBuilder) => void updateSettings({ keepLocalBuilder })}
              description={t('keepLocalBuilderHint')}
            />
          </div>
          <KeepBuilds settings={settings} />
          <OutputFolder settings={settings} />
        </section>
        <p className={styles.about}>{t('about', { version })}</p>
      </div>
    </div>
  );
}

function Row({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className={styles.row}>
      <span className={styles.label}>{label}</span>
      {children}
    </div>
  );
}

function KeepBuilds({ settings }: { settings: Settings }) {
  const { t } = useTranslation('settings');
  const [text, setText] = useState(String(settings.keepBuilds));
  const number = /^\d{1,4}$/.test(text.trim()) ? Number(text) : NaN;
  const fits = number >= 1 && number <= 5000;
  const keep = (): void => {
    if (fits && number !== settings.keepBuilds) void updateSettings({ keepBuilds: number });
  };
  return (
    <TextField
      label={t('keepBuilds')}
      value={text}
      onChange={setText}
      onBlur={keep}
      onSubmit={keep}
      description={t('keepBuildsHint')}
      error={fits ? undefined : t('keepBuildsBad')}
    />
  );
}

function OutputFolder({ settings }: { settings: Settings }) {
  const { t } = useTranslation('settings');
  const own = useBoot((state) => state.boot.outputFolder);
  const shown = settings.outputFolder || own;
  const choose = async (): Promise<void> => {
    const { path } = await studio().call('dialogs.chooseFolder', { title: t('chooseTitle'), startAt: shown });
    if (path !== undefined) await updateSettings({ outputFolder: path });
  };
  return (
    <div className={styles.folder}>
      <TextField
        label={t('outputFolder')}
        value={shown}
        isReadOnly
        mono
        description={t('outputFolderHint')}
      />
      <div className={styles.actions}>
        <Button onPress={() => void choose().catch(reportDefect)}>{t('choose')}</Button>
        {settings.outputFolder !== '' && (
          <Button onPress={() => void updateSettings({ outputFolder: '' })}>{t('reset')}</Button>
        )}
      </div>
    </div>
  );
}
