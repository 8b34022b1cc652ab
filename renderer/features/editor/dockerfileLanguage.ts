import { monaco } from '../../ui/monaco/monaco';
import { initialState, sameState, tokenizeLine } from './dockerfileTokens';
import type { LineState } from './dockerfileTokens';

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
