import type { LanguageDocument } from '../../../shared/dockerfile/language';
import { languageAnswers } from './languageAnswers';
import type { LanguageAnswer, LanguageQuestionKind } from './languageAnswers';
import type { LanguageQuestion, LanguageReply } from './language.worker';

/** A text that is edited, as Monaco's models are. */
export interface EditedText {
  getVersionId(): number;
  getValue(): string;
}

interface Waiting<Model> {
  model: Model;
  version: number;
  kind: LanguageQuestionKind;
  offset: number;
  /** Called once, with the answer or a promise of it; undefined when the text has changed meanwhile. */
  settle: (answer: unknown) => void;
}

export interface LanguageThread<Model> {
  /** The answer for the text as it is now, or undefined when it changes before its turn comes. */
  ask<K extends LanguageQuestionKind>(
    kind: K,
    model: Model,
    offset?: number,
  ): Promise<LanguageAnswer<K> | undefined>;
}

/**
 * Answers about texts in a worker, one question after the other.
 *
 * @param startWorker starts `language.worker.ts`
 * @param documentOf reads a text on the page's own thread, for when there is no worker
 * @param onFailure told once when the worker can't run; the page's own thread answers then
 */
export function languageThread<Model extends EditedText>(
  startWorker: () => Worker,
  documentOf: (model: Model) => LanguageDocument,
  onFailure: (error: unknown) => void,
): LanguageThread<Model> {
  let worker: Worker | undefined;
  let broken = false;
  let running: Waiting<Model> | undefined;
  const waiting: Waiting<Model>[] = [];
  let sent: { model: Model; version: number } | undefined;

  /** A promise: what fails for one question must not keep the others from their answers. */
  const answerHere = async ({ model, kind, offset }: Waiting<Model>): Promise<unknown> =>
    languageAnswers[kind](documentOf(model), offset);
  const next = (): void => {
    running = undefined;
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      if (one.model.getVersionId() !== one.version) one.settle(undefined);
      else if (broken) one.settle(answerHere(one));
      else return send(one);
    }
  };
  const send = (question: Waiting<Model>): void => {
    const { model, version, kind, offset } = question;
    const isKnown = sent?.model === model && sent.version === version;
    const message: LanguageQuestion = { kind, offset, ...(isKnown ? {} : { text: model.getValue() }) };
    running = question;
    sent = { model, version };
    worker?.postMessage(message);
  };
  const fail = (error: unknown): void => {
    if (broken) return;
    broken = true;
    worker?.terminate();
    onFailure(error);
    if (running !== undefined) waiting.unshift(running);
    next();
  };
  const start = (): void => {
    try {
      worker = startWorker();
      worker.onmessage = ({ data }: MessageEvent<LanguageReply>) => {
        if ('failure' in data) return fail(new Error(data.failure));
        running?.settle(data.answer);
        next();
      };
      worker.onerror = (event) => fail(event.error ?? new Error(event.message));
    } catch (error) {
      fail(error);
    }
  };
  return {
    ask: <K extends LanguageQuestionKind>(kind: K, model: Model, offset = 0) =>
      new Promise<LanguageAnswer<K> | undefined>((resolve) => {
        if (worker === undefined && !broken) start();
        waiting.push({
          model,
          version: model.getVersionId(),
          kind,
          offset,
          settle: (answer) => resolve(answer as LanguageAnswer<K> | undefined),
        });
        if (running === undefined) next();
      }),
  };
}
