import { monaco } from '../../ui/monaco/monaco';

export const tomlLanguage = 'toml';

monaco.languages.register({ id: tomlLanguage });
monaco.languages.setLanguageConfiguration(tomlLanguage, {
  comments: { lineComment: '#' },
  brackets: [
    ['{', '}'],
    ['[', ']'],
  ],
  autoClosingPairs: [
    { open: '{', close: '}' },
    { open: '[', close: ']' },
    { open: '"', close: '"', notIn: ['string', 'comment'] },
    { open: "'", close: "'", notIn: ['string', 'comment'] },
  ],
});
// The names are those of the theme's rules (editor/theme.ts).
monaco.languages.setMonarchTokensProvider(tomlLanguage, {
  tokenizer: {
    root: [
      [/#.*$/, 'comment'],
      [/^\s*\[\[?[^\]#]*\]\]?/, 'keyword'],
      [/("[^"]*"|'[^']*'|[\w-]+)(?=\s*(\.|=))/, 'variable'],
      [/"""/, 'string', '@longBasic'],
      [/'''/, 'string', '@longLiteral'],
      [/"(\\.|[^"\\])*"?/, 'string'],
      [/'[^']*'?/, 'string'],
      [/\b(true|false|inf|nan)\b/, 'flag'],
      [/[+-]?\d[\w:.+-]*/, 'flag'],
    ],
    longBasic: [
      [/"""/, 'string', '@pop'],
      [/\\./, 'string'],
      [/[^"\\]+|"/, 'string'],
    ],
    longLiteral: [
      [/'''/, 'string', '@pop'],
      [/[^']+|'/, 'string'],
    ],
  },
});
