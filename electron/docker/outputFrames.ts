const headerBytes = 8;

/**
 * Takes the outputs of a container without a terminal apart. The engine sends them in frames: 1 byte for the output (1
 * standard output, 2 standard error), 3 bytes of nothing, 4 bytes of length (Docker's API, "Attach to a container").
 */
export class OutputFrames {
  #header = Buffer.alloc(0);
  #kind = 0;
  #left = 0;

  /** @param emit called with what is in a frame, in parts as they come */
  constructor(private readonly emit: (kind: number, part: Buffer) => void) {}

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left > 0) {
        const part = rest.subarray(0, this.#left);
        rest = rest.subarray(part.length);
        this.#left -= part.length;
        this.emit(this.#kind, part);
        continue;
      }
      const missing = headerBytes - this.#header.length;
      this.#header = Buffer.concat([this.#header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (this.#header.length < headerBytes) return;
      this.#kind = this.#header[0]!;
      this.#left = this.#header.readUInt32BE(4);
      this.#header = Buffer.alloc(0);
    }
  }
}
