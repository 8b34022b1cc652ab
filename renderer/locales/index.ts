import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Settings } from '../../shared/contract';

export type Language = 'en' | 'zh-CN';

type Namespaces = Record<string, Record<string, unknown>>;
const files = import.meta.glob<Record<string, unknown>>('./{en,zh-CN}/*.ts', {
  eager: true,
  import: 'default',
});

/** All texts: language -> namespace (the file's name) -> key. */
export const resources: Record<Language, Namespaces> = { en: {}, 'zh-CN': {} };
for (const [path, texts] of Object.entries(files)) {
  const [, language, namespace] = /^\.\/([^/]+)\/([^/]+)\.ts$/.exec(path) ?? [];
  if (language !== undefined && namespace !== undefined) resources[language as Language][namespace] = texts;
}

/** The language to show: the chosen one, or the system's when it is a Chinese written in simplified characters. */
export function languageOf(setting: Settings['language'], systemLocale: string): Language {
  if (setting !== 'system') return setting;
  const locale = new Intl.Locale(systemLocale === '' ? 'en' : systemLocale).maximize();
  return locale.language === 'zh' && locale.script === 'Hans' ? 'zh-CN' : 'en';
}

/** Prepares i18next; everything is in the bundle, so the texts are there at once. */
export function initLocales(language: Language): void {
  void i18next.use(initReactI18next).init({
    resources: resources,
    lng: language,
    fallbackLng: 'en',
    ns: Object.keys(resources.en),
    defaultNS: 'app',
    // React escapes what it renders.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
}

/** Switches the language of the running page. */
export function showLanguage(language: Language): void {
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}
