import { parseIgnorePatterns, type IgnorePattern } from './ignorePattern';

/** Which patterns matched a folder or one of its parents; needed for the entries in it. */
interface FolderMatches {
  readonly include: readonly boolean[] | undefined;
  readonly exclude: readonly boolean[] | undefined;
}

/**
 * What becomes of an entry: `send` it; `descend` without sending it, because something below may be sent; or `prune`
 * it, because nothing below can be.
 */
type Verdict = 'send' | 'descend' | 'prune';

/** Include and exclude patterns over a walk, with the results that fsutil's filter has. */
export class ContextFilter {
  private readonly include: PatternList | undefined;
  private readonly exclude: PatternList | undefined;

  /** Patterns as the daemon sends them. No include patterns: everything. Throws code `bad-pattern`. */
  constructor(include: readonly string[], exclude: readonly string[]) {
    this.include = include.length === 0 ? undefined : new PatternList(parseIgnorePatterns(include));
    this.exclude = exclude.length === 0 ? undefined : new PatternList(parseIgnorePatterns(exclude));
  }

  /** False when every entry is sent. */
  get active(): boolean {
    return this.include !== undefined || this.exclude !== undefined;
  }

  /** Judges one entry. `parent` is the result for the folder it is in, undefined at the root. */
  judge(path: string, parent: FolderMatches | undefined): { verdict: Verdict; matches: FolderMatches } {
    let verdict: Verdict = 'send';
    let include: boolean[] | undefined;
    let exclude: boolean[] | undefined;
    if (this.include) {
      const result = this.include.match(path, parent?.include);
      include = result.matches;
      if (!result.matched) {
        if (!this.include.mayTakeBelow(path)) return { verdict: 'prune', matches: { include, exclude } };
        verdict = 'descend';
      }
    }
    if (this.exclude) {
      const result = this.exclude.match(path, parent?.exclude);
      exclude = result.matches;
      if (result.matched) verdict = this.exclude.mayGiveBackBelow(path) ? 'descend' : 'prune';
    }
    return { verdict, matches: { include, exclude } };
  }
}

export type { FolderMatches };

class PatternList {
  private readonly takes: readonly string[] | 'anything';
  private readonly givesBack: readonly string[] | 'anything';

  constructor(private readonly patterns: readonly IgnorePattern[]) {
    this.takes = reach(patterns.filter((pattern) => !pattern.negated));
    this.givesBack = reach(patterns.filter((pattern) => pattern.negated));
  }

  /**
   * Goes through the patterns in order; the last that applies decides. A pattern that matched a parent matches, too.
   * A pattern that couldn't change the outcome isn't tried and counts as not matching, also for entries below: that
   * is moby's behaviour and shows in what is sent.
   */
  match(path: string, parent: readonly boolean[] | undefined): { matched: boolean; matches: boolean[] } {
    const { patterns } = this;
    const matches = new Array<boolean>(patterns.length);
    let matched = false;
    for (let index = 0; index < patterns.length; index++) {
      const pattern = patterns[index]!;
      const hit = parent?.[index] === true || (pattern.negated === matched && pattern.matches(path));
      matches[index] = hit;
      if (hit) matched = !pattern.negated;
    }
    return { matched, matches };
  }

  mayTakeBelow(folder: string): boolean {
    return reaches(this.takes, folder);
  }

  mayGiveBackBelow(folder: string): boolean {
    return reaches(this.givesBack, folder);
  }
}

/** Paths that patterns lead to, each with a slash behind it; `anything` when one of them has a wildcard inside. */
function reach(patterns: readonly IgnorePattern[]): readonly string[] | 'anything' {
  const paths = patterns.map(({ text }) => text.replace(/\/\*\*$/, '').replace(/\/\*$/, ''));
  return paths.some((path) => /[*[\]?^\\]/.test(path)) ? 'anything' : paths.map((path) => `${path}/`);
}

function reaches(paths: readonly string[] | 'anything', folder: string): boolean {
  return paths === 'anything' || paths.some((path) => path.startsWith(`${folder}/`));
}
