/** English text of the core -> text of another language; `{{0}}`, `{{1}}` … stand for the same values in both. */
export type TextTable = Readonly<Record<string, string>>;

/** A text with values in it. */
interface Template {
  /** What stands before, between and after the values. */
  literals: readonly string[];
  /** The numbers of the values, in their order. */
  numbers: readonly string[];
  /** The word that a text has to begin with. */
  firstWord: string | undefined;
  /** Characters of its own. */
  length: number;
  translation: string;
}

/** Errors of errors of errors; deeper ones stay English. */
const maxDepth = 6;
const placeholder = /{{(\d+)}}/;

/**
 * Makes the function that finds a text's translation, as gettext does: by the English text itself, exactly or by the
 * template it was made of. Of several templates that fit, the one with the most characters of its own counts; but one
 * that only stands before another text comes first. Values may be texts of the core themselves (a reason within a
 * message); others go in as they are.
 *
 * The function takes time linear in the text's length and gives undefined for texts that are not in the table.
 */
export function createTranslator(table: TextTable): (text: string) => string | undefined {
  const texts = new Map(Object.entries(table));
  const { byFirstWord, others } = compile(table);

  const find = (text: string, depth: number): string | undefined => {
    const exact = texts.get(text);
    if (exact !== undefined) return exact;
    let found: [Template, ReadonlyMap<string, string>] | undefined;
    for (const template of byFirstWord.get(firstWordOf(text) ?? '') ?? others) {
      // What begins with words and ends with a value ("On node: …") may have a whole text with a value first behind it.
      if (found !== undefined && !isPrefix(template)) continue;
      const values = match(template, text);
      if (values === undefined) continue;
      found = [template, values];
      if (template.literals[0] !== '') break;
    }
    return found && fill(...found, depth);
  };

  /** As find(), also for a text that got or lost a capital letter or a full stop where it was put into another. */
  const findInflected = (text: string, depth: number): string | undefined => {
    for (const one of [text, withOtherCase(text)]) {
      const found = find(one, depth) ?? find(`${one}.`, depth)?.replace(/。$/, '');
      if (found !== undefined) return found;
      const ended = one.endsWith('.') ? find(one.slice(0, -1), depth) : undefined;
      if (ended !== undefined) return `${ended}。`;
    }
    return undefined;
  };

  const fill = ({ translation }: Template, values: ReadonlyMap<string, string>, depth: number): string => {
    let filled = '';
    let isAfterText = false;
    for (const [index, part] of translation.split(placeholder).entries()) {
      if (index % 2 === 0) {
        filled = isAfterText ? joined(filled, part) : filled + part;
        continue;
      }
      const value = values.get(part) ?? '';
      const text = depth < maxDepth && value !== '' ? findInflected(value, depth + 1) : undefined;
      isAfterText = text !== undefined;
      filled = text === undefined ? filled + value : joined(filled, text);
    }
    return filled;
  };

  return (text) => findInflected(text, 0);
}

/** For each first word the templates that can fit a text with it; `others` are for texts with any other first word. */
function compile(table: TextTable): { byFirstWord: ReadonlyMap<string, Template[]>; others: Template[] } {
  const templates = Object.entries(table)
    .filter(([text]) => placeholder.test(text))
    .map(([text, translation]): Template => {
      const parts = text.split(placeholder);
      const literals = parts.filter((_, index) => index % 2 === 0);
      return {
        literals,
        numbers: parts.filter((_, index) => index % 2 === 1),
        firstWord: firstWordOf(literals[0] ?? ''),
        length: literals.join('').length,
        translation,
      };
    })
    .sort((a, b) => b.length - a.length);
  const fitting = (word: string | undefined): Template[] =>
    templates.filter(({ firstWord }) => firstWord === undefined || firstWord === word);
  const words = new Set(templates.map(({ firstWord }) => firstWord).filter((word) => word !== undefined));
  return {
    byFirstWord: new Map([...words].map((word) => [word, fitting(word)])),
    others: fitting(undefined),
  };
}

const isPrefix = ({ literals }: Template): boolean => literals[0] !== '' && literals.at(-1) === '';

/** The word before the first space; none when the text begins with a space or has none. */
function firstWordOf(text: string): string | undefined {
  const end = text.indexOf(' ');
  return end <= 0 ? undefined : text.slice(0, end);
}

/** The values by their numbers, each as short as can be, when a text was made of a template. */
function match({ literals, numbers }: Template, text: string): Map<string, string> | undefined {
  const first = literals[0] ?? '';
  const last = literals.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last)) return undefined;
  const values = new Map<string, string>();
  let at = first.length;
  for (const [index, number] of numbers.entries()) {
    const literal = literals[index + 1] ?? '';
    const end =
      index === numbers.length - 1 ? text.length - last.length : endOfValue(text, at, literals, index + 1);
    if (end < at) return undefined;
    values.set(number, text.slice(at, end));
    at = end + literal.length;
  }
  return values;
}

/** Where the literal `index` stands. Between two values a space tells little: then it is the last before what follows. */
function endOfValue(text: string, at: number, literals: readonly string[], index: number): number {
  const literal = literals[index] ?? '';
  if (literal !== ' ' || index + 1 >= literals.length) return text.indexOf(literal, at);
  const isLast = index + 1 === literals.length - 1;
  const next = literals[index + 1] ?? '';
  const following = isLast ? text.length - next.length : text.indexOf(next, at);
  return following <= at ? -1 : text.lastIndexOf(' ', following - 1);
}

function withOtherCase(text: string): string {
  const first = text.charAt(0);
  const lower = first.toLowerCase();
  return (first === lower ? first.toUpperCase() : lower) + text.slice(1);
}

/** A space that sets a value off is not wanted between two Chinese texts. */
function joined(left: string, right: string): string {
  const chinese = /[\p{Script=Han}。，；：、？（）“”]/u;
  if (left.endsWith(' ') && chinese.test(left.slice(-2)) && chinese.test(right.charAt(0)))
    return left.slice(0, -1) + right;
  if (right.startsWith(' ') && chinese.test(left.slice(-1)) && chinese.test(right.charAt(1)))
    return left + right.slice(1);
  return left + right;
}
