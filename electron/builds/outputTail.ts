const maxTailBytes = 16 * 1024;
const maxLines = 20;
/** Control sequences of terminals (ECMA-48): CSI, OSC and two-character escapes. */
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Keeps the end of what each running step printed, for the report of a failure. */
export class OutputTail {
  private readonly tails = new Map<string, { chunks: Uint8Array[]; bytes: number }>();

  add(stepId: string, data: Uint8Array): void {
    const tail = this.tails.get(stepId) ?? { chunks: [], bytes: 0 };
    this.tails.set(stepId, tail);
    tail.chunks.push(data.length > maxTailBytes ? data.slice(-maxTailBytes) : data);
    tail.bytes += tail.chunks.at(-1)!.length;
    while (tail.bytes - tail.chunks[0]!.length >= maxTailBytes) tail.bytes -= tail.chunks.shift()!.length;
  }

  /** Drops what a step printed that can't fail any more. */
  forget(stepId: string): void {
    this.tails.delete(stepId);
  }

  /** The last lines, at most 20, as a terminal would show them without its colours. */
  lines(stepId: string): string[] {
    const text = Buffer.concat(this.tails.get(stepId)?.chunks ?? []).toString('utf8');
    const lines = plainLines(text);
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-maxLines);
  }
}

/** Lines of terminal output without control sequences; a carriage return starts its line over. */
export function plainLines(text: string): string[] {
  return text
    .replace(escapes, '')
    .split('\n')
    .map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '');
}
