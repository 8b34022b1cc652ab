import i18next from 'i18next';
import type { Topic } from '../../../shared/dockerfile/language';
import en from './docs/en';
import zhCN from './docs/zh-CN';

/** What there is to say about a part of the language, in Markdown and the page's language. */
export function topicText(topic: Topic): string {
  return (i18next.language === 'zh-CN' ? zhCN : en)[topic];
}
