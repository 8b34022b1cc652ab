/** What a stretch of a line is coloured as. */
export type TokenKind = '' | 'comment' | 'keyword' | 'flag' | 'variable' | 'string';

export interface Token {
  /** From this column (0-based) to the next token's. */
  startIndex: number;
  kind: TokenKind;
}
