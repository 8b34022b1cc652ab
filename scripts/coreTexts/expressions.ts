import ts from 'typescript';

/** What stands for a value until the values are numbered. */
export const value = '\0';

/** What names in a text stand for, where that is known: every text that each can become. */
export type Bound = ReadonlyMap<string, readonly string[]>;
export const nothingBound: Bound = new Map();

/** A string, a template, or several joined by `+`. */
export function isText(node: ts.Node): node is ts.Expression {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return true;
  return isSum(node) && (isText(node.left) || isText(node.right));
}

/** Has two words side by side, a word beside a value, or is one word written as a sentence. */
export const hasWords = (text: string): boolean =>
  /\p{L}[\p{L}’']*[,;:.]? ["“(]?\p{L}|[\d\0] \p{L}{2,}|[\p{L}’']{2,} ["“(]?\0|^\p{Lu}\p{Ll}+\.$/u.test(text);

/**
 * Every text that an expression can become, with {@link value} for what is known when it runs only. A part that is there
 * only if some value isn't (`a ?? 'b'`, `a && 'b'`) counts when it has words.
 */
export function expand(node: ts.Expression, bound: Bound): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isIdentifier(node)) return bound.get(node.text) ?? [value];
  if (ts.isParenthesizedExpression(node)) return expand(node.expression, bound);
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.reduce<readonly string[]>(
      (ways, span) => joined(joined(ways, expand(span.expression, bound)), [span.literal.text]),
      [node.head.text],
    );
  }
  if (isSum(node)) return joined(expand(node.left, bound), expand(node.right, bound));
  if (ts.isConditionalExpression(node)) {
    return distinct([...expand(node.whenTrue, bound), ...expand(node.whenFalse, bound)]);
  }
  const operator = ts.isBinaryExpression(node) ? node.operatorToken.getText() : '';
  if (ts.isBinaryExpression(node) && ['||', '??', '&&'].includes(operator)) {
    const right = expand(node.right, bound).filter(hasWords);
    if (right.length > 0) return distinct([operator === '&&' ? '' : value, ...right]);
  }
  return [value];
}

/** The parts of a text that are values, or texts of their own. */
export function valuesIn(node: ts.Expression): ts.Expression[] {
  if (ts.isStringLiteralLike(node)) return [];
  if (ts.isParenthesizedExpression(node)) return valuesIn(node.expression);
  if (ts.isTemplateExpression(node)) return node.templateSpans.flatMap((span) => valuesIn(span.expression));
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(valuesIn);
  if (ts.isBinaryExpression(node)) return [node.left, node.right].flatMap(valuesIn);
  return [node];
}

/** Writes values as `{{0}}`, `{{1}}` …; neighbours without a text between them are one. */
export function numbered(text: string): string {
  let next = 0;
  return text.replace(/\0+/g, () => `{{${next++}}}`);
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];
const joined = (left: readonly string[], right: readonly string[]): string[] =>
  distinct(left.flatMap((a) => right.map((b) => a + b)));
