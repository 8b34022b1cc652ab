import { useEffect } from 'react';
import { I18nProvider } from 'react-aria-components';
import { languageOf, showLanguage } from '../locales';
import { useBoot } from '../stores/bootStore';
import { bindKeys } from './bindKeys';
import { CommandPalette } from './CommandPalette';
import { ErrorBoundary } from './ErrorBoundary';
import { FolderDrop } from './FolderDrop';
import { Frame } from './Frame';

/** The whole window: language, theme, keys, and the frame with its views. */
export function App() {
  const theme = useBoot((state) => state.settings.theme);
  const language = useBoot((state) => languageOf(state.settings.language, state.boot.systemLocale));

  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  useEffect(() => showLanguage(language), [language]);
  useEffect(() => bindKeys(), []);

  return (
    <I18nProvider locale={language}>
      <ErrorBoundary>
        <Frame />
        <CommandPalette />
        <FolderDrop />
      </ErrorBoundary>
    </I18nProvider>
  );
}
