/**
 * JSON with one value a line, indented by two. Numbers and the order of keys stay as they are written, which parsing
 * and printing would not keep. Undefined where the text is no JSON.
 */
export function prettyJson(text: string): string | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const out: string[] = [];
  let depth = 0;
  const line = (): number => out.push('\n', '  '.repeat(depth));
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      depth += 1;
      out.push(token);
      line();
    } else if (token === '}' || token === ']') {
      depth -= 1;
      line();
      out.push(token);
    } else if (token === ',') {
      out.push(',');
      line();
    } else out.push(token === ':' ? ': ' : token.replace(/\s+/g, (space) => (token[0] === '"' ? space : '')));
  }
  return out.join('');
}

/** Empty objects and lists stay on their line. */
const tokens = /\{\s*\}|\[\s*\]|[{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+/g;
