/**
 * The parts of Monaco that a Dockerfile needs, loaded as one chunk after the window stands. Anything that would reach
 * for other languages or for the network is left out.
 */
import * as monaco from 'monaco-editor/editor';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/caretOperations/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codeAction/register';
import 'monaco-editor/features/codeEditor/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/comment/register';
import 'monaco-editor/features/contextmenu/register';
import 'monaco-editor/features/cursorUndo/register';
import 'monaco-editor/features/diffEditor/register';
import 'monaco-editor/features/documentSymbols/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/folding/register';
import 'monaco-editor/features/format/register';
import 'monaco-editor/features/gotoError/register';
import 'monaco-editor/features/gotoSymbol/register';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/indentation/register';
import 'monaco-editor/features/lineSelection/register';
import 'monaco-editor/features/linesOperations/register';
import 'monaco-editor/features/multicursor/register';
import 'monaco-editor/features/quickOutline/register';
import 'monaco-editor/features/referenceSearch/register';
import 'monaco-editor/features/rename/register';
import 'monaco-editor/features/smartSelect/register';
import 'monaco-editor/features/snippet/register';
import 'monaco-editor/features/suggest/register';
// The list itself, which the feature above leaves to those who show suggestions in the text.
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import 'monaco-editor/features/toggleTabFocusMode/register';
import 'monaco-editor/features/wordHighlighter/register';
import 'monaco-editor/features/wordOperations/register';
import { initialState, sameState, tokenizeLine } from './dockerfileTokens';
import type { LineState } from './dockerfileTokens';

export { monaco };

export const languageId = 'dockerfile';

/** Monaco's view of a {@link LineState}. */
class TokenState implements monaco.languages.IState {
  constructor(readonly state: LineState) {}

  clone(): TokenState {
    return this;
  }

  equals(other: monaco.languages.IState): boolean {
    return other instanceof TokenState && sameState(this.state, other.state);
  }
}

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

monaco.languages.register({ id: languageId });
monaco.languages.setLanguageConfiguration(languageId, {
  comments: { lineComment: '#' },
  brackets: [
    ['{', '}'],
    ['[', ']'],
    ['(', ')'],
  ],
  autoClosingPairs: [
    { open: '{', close: '}' },
    { open: '[', close: ']' },
    { open: '(', close: ')' },
    { open: '"', close: '"', notIn: ['string'] },
    { open: "'", close: "'", notIn: ['string', 'comment'] },
  ],
});
monaco.languages.setTokensProvider(languageId, {
  getInitialState: () => new TokenState(initialState),
  tokenize(line, state) {
    const { tokens, endState } = tokenizeLine(line, (state as TokenState).state);
    return {
      tokens: tokens.map(({ startIndex, kind }) => ({ startIndex, scopes: kind })),
      endState: new TokenState(endState),
    };
  },
});
