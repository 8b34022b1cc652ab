import type { FileContent } from '../../../shared/contract';

/** Larger files are only saved. */
export const maxShownBytes = 50 * 2 ** 20;
/** Of what is neither text nor a picture. */
const shownBinaryBytes = 64 * 1024;

/** Gathers a file's content as far as it can be shown. */
export class ContentGatherer {
  private readonly pieces: Uint8Array[] = [];
  private length = 0;
  private kind: 'text' | 'image' | 'binary' | undefined;
  private mediaType = '';
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(private readonly size: number) {}

  /** Whether more would change nothing. */
  get isEnough(): boolean {
    return this.kind === 'binary' && this.length >= shownBinaryBytes;
  }

  add(bytes: Uint8Array): void {
    if (this.isEnough) return;
    this.pieces.push(bytes);
    this.length += bytes.length;
    if (this.kind === undefined) {
      const head = this.length === bytes.length ? bytes : Buffer.concat(this.pieces);
      if (head.length < Math.min(12, this.size)) return;
      this.mediaType = imageType(Buffer.from(head)) ?? '';
      this.kind = this.mediaType === '' ? 'text' : 'image';
      if (this.kind === 'text') this.checkText(head);
    } else if (this.kind === 'text') this.checkText(bytes);
  }

  /** The content, once all of it has been added, or enough. */
  finish(): FileContent {
    const bytes = Buffer.concat(this.pieces);
    const { size } = this;
    if (this.kind === 'image') return { kind: 'image', mediaType: this.mediaType, bytes: plain(bytes), size };
    if (this.kind !== 'binary') {
      try {
        // A character that is cut off at the end.
        this.decoder.decode();
        return { kind: 'text', text: bytes.toString('utf8'), size };
      } catch {
        this.kind = 'binary';
      }
    }
    return { kind: 'binary', bytes: plain(bytes.subarray(0, shownBinaryBytes)), size };
  }

  private checkText(bytes: Uint8Array): void {
    try {
      if (bytes.includes(0)) throw new TypeError('Text has no NUL.');
      this.decoder.decode(bytes, { stream: true });
    } catch {
      this.kind = 'binary';
    }
  }
}

function imageType(head: Buffer): string | undefined {
  if (head.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))) return 'image/png';
  if (head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
  if (/^GIF8[79]a/.test(head.toString('latin1', 0, 6))) return 'image/gif';
  if (/^RIFF.{4}WEBP/s.test(head.toString('latin1', 0, 12))) return 'image/webp';
  return undefined;
}

/** Bytes of their own, not a part of Node's pool: they are handed to the page. */
function plain(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes);
}
