/** What BuildKit puts into a vertex name; the names are made by its Dockerfile frontend and the solver. */
export interface StepName {
  /** The platform the step is for: the right side of `linux/amd64->arm64`. */
  platform?: string;
  /** The platform the step runs on, when it is another one than `platform`. */
  runsOn?: string;
  /** Stage name; `internal`, `auth` and the like are kinds, not stages. Absent for the only stage of a Dockerfile. */
  stage?: string;
  kind: 'stage' | 'internal' | 'auth' | 'context' | 'other';
  index?: number;
  total?: number;
  /** The name without its bracket. */
  text: string;
}

const bracket = /^\[([^\]]+)\]\s*/;
const position = /^(\d+)\/(\d+)$/;
/** `linux/arm/v7`, `windows(10.0.17763)/amd64`, `linux/amd64->arm64`, `linux/amd64->windows/amd64` */
const platformWord = /^[a-z0-9_-]+(?:\([^)]*\))?(?:\/[\w.-]+){1,2}(?:->[\w.()+%-]+(?:\/[\w.-]+){0,2})?$/i;

const parsed = new Map<string, StepName>();
const maxParsed = 20_000;

/**
 * Takes a vertex name apart. The known forms are
 * `[platform[->target] stage n/m] command` (each word but the position may be absent, the number is padded),
 * `[platform internal] text`, `[internal] text`, `[auth] text`, `[context name[::platform]] text` and
 * `[platform] generating sbom …`. Names that follow none come back whole, as kind `other`.
 *
 * @returns one object for equal names; don't change it
 */
export function parseStepName(name: string): Readonly<StepName> {
  let result = parsed.get(name);
  if (result === undefined) {
    if (parsed.size >= maxParsed) parsed.clear();
    result = parse(name);
    parsed.set(name, result);
  }
  return result;
}

function parse(name: string): StepName {
  const match = bracket.exec(name);
  if (match === null) return { kind: 'other', text: name };
  const words = (match[1] ?? '').split(' ').filter((word) => word !== '');
  const result: StepName = { kind: 'other', text: name.slice(match[0].length) };

  const first = words[0] ?? '';
  if (platformWord.test(first) && !position.test(first)) {
    words.shift();
    const [from = '', to] = first.split('->');
    if (to === undefined) result.platform = from;
    else {
      result.runsOn = from;
      result.platform = targetPlatform(from, to);
    }
  }
  const at = position.exec(words.at(-1) ?? '');
  if (at !== null) {
    result.kind = 'stage';
    result.index = Number(at[1]);
    result.total = Number(at[2]);
    if (words.length > 1) result.stage = words.slice(0, -1).join(' ');
    return result;
  }
  if (words[0] === 'context' && words.length > 1) {
    const [, platform] = words.slice(1).join(' ').split('::');
    return { ...result, kind: 'context', ...(platform === undefined ? {} : { platform }) };
  }
  const rest = words.join(' ');
  if (rest === 'internal' || rest === 'auth') return { ...result, kind: rest };
  return rest === '' ? result : { kind: 'other', text: name };
}

/** After the arrow stands `arch`, `arch/variant`, or a whole platform when the system is another one. */
function targetPlatform(from: string, to: string): string {
  const [, second, third] = to.split('/');
  const whole = third !== undefined || (second !== undefined && !/^v\d/.test(second));
  return whole ? to : `${from.split('/')[0] ?? ''}/${to}`;
}
