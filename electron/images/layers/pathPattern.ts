/**
 * The pattern of a filter: any part of a path, in any case; `*` stands for any characters, `?` for one. Never takes more
 * time than the path times the pattern is long, whatever they are.
 */
export class PathPattern {
  private readonly pieces: readonly string[];

  constructor(text: string) {
    this.pieces = text
      .toLowerCase()
      .split('*')
      .filter((piece) => piece !== '');
  }

  /** Whether it lets everything through. */
  get isEmpty(): boolean {
    return this.pieces.length === 0;
  }

  /** Whether a single name can tell: what holds for a folder's name then holds for all that is below it. */
  get isWithinName(): boolean {
    return this.pieces.length <= 1 && !this.pieces[0]?.includes('/') && !this.pieces[0]?.includes('?');
  }

  /** @param path in lower case */
  matches(path: string): boolean {
    let at = 0;
    for (const piece of this.pieces) {
      const found = piece.includes('?') ? indexOfPiece(path, piece, at) : path.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return true;
  }
}

function indexOfPiece(path: string, piece: string, from: number): number {
  for (let start = from; start + piece.length <= path.length; start++) {
    let at = 0;
    while (at < piece.length && (piece[at] === '?' || piece[at] === path[start + at])) at++;
    if (at === piece.length) return start;
  }
  return -1;
}
