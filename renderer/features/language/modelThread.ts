import { reportDefect } from '../../app/studio';
import type { monaco } from '../../ui/monaco/monaco';
import LanguageWorker from './language.worker?worker';
import { languageThread } from './languageThread';
import { documentOf } from './modelDocument';

/** Answers about Monaco's models away from the thread that people type on. */
export const modelThread = languageThread<monaco.editor.ITextModel>(
  () => new LanguageWorker(),
  documentOf,
  reportDefect,
);
