import type { ImageColumn } from './imageComparisonColumns';
import type { ImageStep } from './imageComparisonSteps';
import { comparedWords, keywordOf, likeness } from './imageComparisonText';

/** A step that some columns have in common: one entry a column, undefined where it has none. */
export type AlignedSteps = (ImageStep | undefined)[];

/** What is told about a step. Texts are numbers, so that comparing is cheap. */
interface Telling {
  hasLayer: boolean;
  text: number;
  file: string | undefined;
  startLine: number;
  image: string;
}

/** What decides whether two steps are one and the same. */
interface Traits {
  /** Number of what is told about it; equal for all columns of which the same is told. */
  telling: number;
  digest: string | undefined;
  diffId: string | undefined;
}

interface Row {
  steps: AlignedSteps;
  traits: Traits[];
  /** Digests that any of its steps made, compressed or not. */
  blobs: Set<string>;
  /** Each once. */
  tellings: number[];
}

/*
 * The same blob outweighs two equal texts, and an equal text any similar ones. Two layers that nothing is known about
 * are put beside each other only where nothing better is to be had.
 */
const sameBlob = 1000;
const sameContent = 900;
const sameText = 400;
const sameWords = 380;
const similarText = 200;
const sameLine = 50;
const blobOfOtherStep = 300;
const untold = 60;
const leastLikeness = 0.5;

/**
 * Puts the steps of several images side by side. Steps keep their order within each column, and each stands in exactly
 * one row. The longest column comes first and the others are fitted in one by one, each at its best as a whole
 * (Needleman-Wunsch), so that a step that an image lacks leaves a gap.
 *
 * When one column has the steps of all others, the rows are the same ones whatever the order of the columns.
 */
export function alignSteps(
  columns: readonly ImageColumn[],
  steps: readonly (readonly ImageStep[])[],
): AlignedSteps[] {
  const tellings = new Tellings();
  const traits = columns.map((column, index) =>
    (steps[index] ?? []).map((step) => ({ step, traits: traitsOf(step, column, tellings) })),
  );
  const order = columns
    .map((_, index) => index)
    .sort((a, b) => (steps[b]?.length ?? 0) - (steps[a]?.length ?? 0) || a - b);
  const blobs = new Set<string>();
  let rows: Row[] = [];
  for (const index of order) {
    const added = traits[index] ?? [];
    const isClear = clearMatches(blobs, added);
    rows = fitIn(rows, added, isClear, tellings).map(([row = emptyRow(columns.length), step]) => {
      if (step !== undefined) addStep(row, step, index);
      return row;
    });
    for (const blob of added.flatMap(({ traits }) => blobsOf(traits))) blobs.add(blob);
  }
  return rows.map((row) => row.steps);
}

function traitsOf(step: ImageStep, { manifest, imageName }: ImageColumn, tellings: Tellings): Traits {
  const { layer, text, lines } = step;
  return {
    telling: tellings.number(layer !== undefined, text, lines?.file, lines?.startLine ?? 0, imageName),
    digest: layer === undefined ? undefined : manifest.layers[layer]?.digest,
    diffId: layer === undefined ? undefined : manifest.image?.diffIds[layer],
  };
}

interface AddedStep {
  step: ImageStep;
  traits: Traits;
}

function emptyRow(columns: number): Row {
  const steps = new Array<ImageStep | undefined>(columns).fill(undefined);
  return { steps, traits: [], blobs: new Set(), tellings: [] };
}

function addStep(row: Row, { step, traits }: AddedStep, column: number): void {
  row.steps[column] = step;
  row.traits.push(traits);
  for (const blob of blobsOf(traits)) row.blobs.add(blob);
  if (!row.tellings.includes(traits.telling)) row.tellings.push(traits.telling);
}

/**
 * The rows and steps in their new order, those that are one together. What both begin and end with is clear without
 * weighing everything against everything.
 */
function fitIn(
  rows: readonly Row[],
  added: readonly AddedStep[],
  isClear: (row: Row | undefined, step: AddedStep | undefined) => boolean,
  tellings: Tellings,
): [row: Row | undefined, step: AddedStep | undefined][] {
  const shorter = Math.min(rows.length, added.length);
  let start = 0;
  while (start < shorter && isClear(rows[start], added[start])) start += 1;
  let end = 0;
  while (end < shorter - start && isClear(rows.at(-1 - end), added.at(-1 - end))) end += 1;

  const rowsBetween = rows.slice(start, rows.length - end);
  const stepsBetween = added.slice(start, added.length - end);
  return [
    ...rows.slice(0, start).map((row, at): [Row, AddedStep | undefined] => [row, added[at]]),
    ...pairUp(rowsBetween, stepsBetween, tellings).map(
      ([row, step]): [Row | undefined, AddedStep | undefined] => [
        row === undefined ? undefined : rowsBetween[row],
        step === undefined ? undefined : stepsBetween[step],
      ],
    ),
    ...rows
      .slice(rows.length - end)
      .map((row, at): [Row, AddedStep | undefined] => [row, added[added.length - end + at]]),
  ];
}

/**
 * Whether a row and a step have to be one when they are the first, or the last, of both: the same is told of them, and
 * they made the same, or something that is nowhere else. No other pair that either may be in weighs more.
 */
function clearMatches(
  inRows: ReadonlySet<string>,
  added: readonly AddedStep[],
): (row: Row | undefined, step: AddedStep | undefined) => boolean {
  const inSteps = new Set(added.flatMap(({ traits }) => blobsOf(traits)));
  return (row, step) => {
    if (row === undefined || step === undefined) return false;
    const { digest, telling } = step.traits;
    if (row.tellings.length !== 1 || row.tellings[0] !== telling) return false;
    if (digest !== undefined && row.traits.some((known) => known.digest === digest)) return true;
    if (blobsOf(step.traits).some((blob) => inRows.has(blob))) return false;
    for (const blob of row.blobs) if (inSteps.has(blob)) return false;
    return true;
  };
}

/** Positions of rows and steps in their new order, those that are one together: the pairs with the greatest weight. */
function pairUp(
  rows: readonly Row[],
  added: readonly AddedStep[],
  tellings: Tellings,
): [row: number | undefined, step: number | undefined][] {
  const width = added.length + 1;
  const match = weigh(rows, added, tellings);
  // The best sum from a row and a step on to the end.
  const best = new Float64Array((rows.length + 1) * width);
  for (let i = rows.length - 1; i >= 0; i -= 1) {
    for (let j = added.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      const weight = match[at] ?? 0;
      const apart = Math.max(best[at + width] ?? 0, best[at + 1] ?? 0);
      best[at] = weight > 0 ? Math.max(apart, weight + (best[at + width + 1] ?? 0)) : apart;
    }
  }

  const pairs: [number | undefined, number | undefined][] = [];
  let i = 0;
  let j = 0;
  while (i < rows.length || j < added.length) {
    const at = i * width + j;
    const both = i < rows.length && j < added.length;
    const weight = both ? (match[at] ?? 0) : 0;
    if (weight > 0 && best[at] === weight + (best[at + width + 1] ?? 0)) {
      pairs.push([i, j]);
      i += 1;
      j += 1;
    } else if (both ? (best[at + width] ?? 0) >= (best[at + 1] ?? 0) : i < rows.length) {
      pairs.push([i, undefined]);
      i += 1;
    } else {
      pairs.push([undefined, j]);
      j += 1;
    }
  }
  return pairs;
}

/** How much speaks for each step being the one of each row, row by row; a row has one place more than there are steps. */
function weigh(rows: readonly Row[], added: readonly { traits: Traits }[], tellings: Tellings): Float64Array {
  const width = added.length + 1;
  const match = new Float64Array(rows.length * width);
  const told = Int32Array.from(added, ({ traits }) => traits.telling);
  const rowsOfBlob = new Map<string, number[]>();
  rows.forEach((row, i) => {
    for (const telling of row.tellings) tellings.weighAll(telling, told, match, i * width);
    for (const blob of row.blobs) {
      rowsOfBlob.set(blob, [...(rowsOfBlob.get(blob) ?? []), i]);
    }
  });
  added.forEach(({ traits: step }, j) => {
    for (const i of new Set(blobsOf(step).flatMap((blob) => rowsOfBlob.get(blob) ?? []))) {
      const at = i * width + j;
      for (const traits of rows[i]?.traits ?? []) {
        match[at] = Math.max(match[at] ?? 0, blobWeight(traits, step, tellings));
      }
    }
  });
  return match;
}

function blobsOf({ digest, diffId }: Traits): string[] {
  return [digest, diffId].filter((blob) => blob !== undefined);
}

/** How much speaks for two steps being the same one because they made the same; 0 when they did not. */
function blobWeight(a: Traits, b: Traits, tellings: Tellings): number {
  const isSame = a.digest !== undefined && a.digest === b.digest;
  const isSameContent = a.diffId !== undefined && a.diffId === b.diffId;
  if (!isSame && !isSameContent) return 0;
  const telling = tellings.weight(a.telling, b.telling);
  // Empty layers are equal wherever they come from.
  return telling === 0 ? blobOfOtherStep : (isSame ? sameBlob : sameContent) + telling;
}

/** Numbers for what is told about steps, and how much speaks for two steps being the same one by that alone. */
class Tellings {
  private readonly texts = new Texts();
  private readonly numbers = new Map<string, number>();
  private readonly known: Telling[] = [];
  /** One telling beside all others; -1 where it was not asked for yet. */
  private readonly weights: (Float64Array | undefined)[] = [];

  number(
    hasLayer: boolean,
    text: string,
    file: string | undefined,
    startLine: number,
    image: string,
  ): number {
    const textNumber = this.texts.number(text);
    const key = `${hasLayer} ${textNumber} ${startLine} ${file?.length} ${file} ${image}`;
    const before = this.numbers.get(key);
    if (before !== undefined) return before;
    this.known.push({ hasLayer, text: textNumber, file, startLine, image });
    this.numbers.set(key, this.known.length - 1);
    return this.known.length - 1;
  }

  /** Raises `weights` from `offset` on to what speaks for a telling and each of `others`. All must be known by now. */
  weighAll(telling: number, others: Int32Array, weights: Float64Array, offset: number): void {
    const row = this.rowOf(telling);
    for (let j = 0; j < others.length; j += 1) {
      const other = others[j] ?? 0;
      let weight = row[other] ?? 0;
      if (weight < 0) weight = this.fill(row, telling, other);
      if (weight > (weights[offset + j] ?? 0)) weights[offset + j] = weight;
    }
  }

  weight(a: number, b: number): number {
    const row = this.rowOf(a);
    const before = row[b] ?? 0;
    return before < 0 ? this.fill(row, a, b) : before;
  }

  private rowOf(telling: number): Float64Array {
    return (this.weights[telling] ??= new Float64Array(this.known.length).fill(-1));
  }

  private fill(row: Float64Array, a: number, b: number): number {
    const [left, right] = [this.known[a], this.known[b]];
    const weight = left === undefined || right === undefined ? 0 : tellingWeight(left, right, this.texts);
    row[b] = weight;
    return weight;
  }
}

/** How much speaks for two steps being the same one by what is told about them; 0 when nothing does. */
function tellingWeight(a: Telling, b: Telling, texts: Texts): number {
  if (a.text === 0 || b.text === 0) {
    if (!a.hasLayer || !b.hasLayer) return 0;
    return a.text === b.text ? untold : untold / 2;
  }
  const text = texts.weight(a.text, b.text);
  const line = lineWeight(a, b);
  if (text === 0) return line > 0 && texts.sameKeyword(a.text, b.text) ? similarText : 0;
  return a.hasLayer === b.hasLayer ? text + line : (text + line) / 2;
}

/** Of one image, another line speaks a little against: a Dockerfile may say the same twice. */
function lineWeight(a: Telling, b: Telling): number {
  if (a.file === undefined || b.file === undefined || a.image !== b.image) return 0;
  return a.file === b.file && a.startLine === b.startLine ? sameLine : -sameLine;
}

/** Numbers for texts, and how alike the texts behind two numbers are. 0 is the empty text. */
class Texts {
  private readonly numbers = new Map([['', 0]]);
  private readonly known: { keyword: string; joined: string; words: number[] }[] = [
    { keyword: '', joined: '', words: [] },
  ];
  private readonly wordNumbers = new Map<string, number>();

  number(text: string): number {
    const before = this.numbers.get(text);
    if (before !== undefined) return before;
    const number = this.known.length;
    this.numbers.set(text, number);
    const keyword = keywordOf(text);
    const words = comparedWords(text);
    this.known.push({
      keyword,
      joined: words.join(' '),
      // The keyword itself is no likeness.
      words: words
        .slice(keyword === '' ? 0 : 1)
        .map((word) => this.wordNumber(word))
        .sort((a, b) => a - b),
    });
    return number;
  }

  sameKeyword(a: number, b: number): boolean {
    const keyword = this.known[a]?.keyword ?? '';
    return keyword !== '' && keyword === this.known[b]?.keyword;
  }

  weight(a: number, b: number): number {
    if (a === b) return sameText;
    const [left, right] = [this.known[a], this.known[b]];
    if (left === undefined || left.keyword !== right?.keyword) return 0;
    if (left.joined === right.joined) return sameWords;
    const alike = likeness(left.words, right.words);
    return alike < leastLikeness ? 0 : Math.round(similarText * (0.5 + alike / 2));
  }

  private wordNumber(word: string): number {
    const before = this.wordNumbers.get(word);
    if (before !== undefined) return before;
    this.wordNumbers.set(word, this.wordNumbers.size);
    return this.wordNumbers.size - 1;
  }
}
