import { monaco } from '../../../ui/monaco/monaco';

export const jsonLanguage = 'json';

monaco.languages.register({ id: jsonLanguage });
monaco.languages.setLanguageConfiguration(jsonLanguage, {
  brackets: [
    ['{', '}'],
    ['[', ']'],
  ],
});
// The names are those of the theme's rules (editor/theme.ts).
monaco.languages.setMonarchTokensProvider(jsonLanguage, {
  tokenizer: {
    root: [
      [/"(\\.|[^"\\])*"(?=\s*:)/, 'variable'],
      [/"(\\.|[^"\\])*"?/, 'string'],
      [/\b(true|false|null)\b/, 'keyword'],
      [/-?\d[\d.eE+-]*/, 'flag'],
    ],
  },
});
