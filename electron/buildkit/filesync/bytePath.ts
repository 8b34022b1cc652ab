/**
 * Bytes of a path or name, one UTF-16 unit a byte ("latin1"). Names on Linux are bytes that needn't be UTF-8;
 * in this form they survive, and JavaScript's own string order is the byte order that the protocol demands.
 */
export type BytePath = string;

const ASCII = /^[\x00-\x7f]*$/;

/** The UTF-8 bytes of a text. */
export function bytePath(text: string): BytePath {
  return ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** What node:fs takes for these bytes: text where that is the same, else a buffer. */
export function fsPath(path: BytePath): string | Buffer {
  return ASCII.test(path) ? path : Buffer.from(path, 'latin1');
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Text for matching: UTF-8 decoded, and each byte that isn't UTF-8 becomes one lone surrogate (U+DC80 to U+DCFF),
 * so that a wildcard takes it for one character, as Go does.
 */
export function matchText(path: BytePath): string {
  if (ASCII.test(path)) return path;
  const bytes = Buffer.from(path, 'latin1');
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return decodeMixed(bytes);
  }
}

function decodeMixed(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at]!;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    try {
      text += strictUtf8.decode(bytes.subarray(at, at + length));
      at += length;
    } catch {
      text += String.fromCharCode(0xdc00 + first);
      at += 1;
    }
  }
  return text;
}

/** The path as shown to a person: quoted, control characters escaped, bytes that aren't UTF-8 replaced. */
export function displayPath(path: BytePath): string {
  return JSON.stringify(Buffer.from(path, 'latin1').toString('utf8'));
}
