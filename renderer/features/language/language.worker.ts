import { readDocument } from '../../../shared/dockerfile/language';
import type { LanguageDocument } from '../../../shared/dockerfile/language';
import { languageAnswers } from './languageAnswers';
import type { LanguageQuestionKind } from './languageAnswers';

/** What the page sends to the worker; each message is answered with one, in order. */
export interface LanguageQuestion {
  kind: LanguageQuestionKind;
  offset: number;
  /** What is asked about; absent when it is the text of the question before. */
  text?: string;
}
/** `failure` is the text of an error. */
export type LanguageReply = { answer: unknown } | { failure: string };

let document: LanguageDocument = readDocument('');
self.onmessage = ({ data }: MessageEvent<LanguageQuestion>): void => {
  let reply: LanguageReply;
  try {
    if (data.text !== undefined) document = readDocument(data.text);
    reply = { answer: languageAnswers[data.kind](document, data.offset) };
  } catch (error) {
    reply = { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  self.postMessage(reply);
};
