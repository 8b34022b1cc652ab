import i18next from 'i18next';
import { createTranslator } from './translator';
import { zhCN } from './zh-CN';

/** Made when it is first asked: those who read English don't wait for it. */
let toChinese: ReturnType<typeof createTranslator> | undefined;

/**
 * A text of the core (an error's message or hint, a finding, a form's label) in the page's language. The core speaks
 * English; what it passes on from others (BuildKit, a registry) stays as it is.
 */
export function coreText(text: string): string {
  if (i18next.language !== 'zh-CN') return text;
  toChinese ??= createTranslator(zhCN);
  return toChinese(text) ?? text;
}
