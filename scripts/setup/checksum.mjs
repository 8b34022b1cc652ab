import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Compares a file with its pinned checksum, reading it as a stream.
 * @param {string} file
 * @param {string} sha256 expected, in hex
 * @throws {Error} when they differ
 */
export async function verifyChecksum(file, sha256) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('hex');
  if (actual !== sha256) {
    throw new Error(
      `${path.basename(file)} isn't the pinned one: its SHA-256 is ${actual}, expected ${sha256}. ` +
        'A proxy or mirror on the way may have changed it; nothing of it was used.',
    );
  }
}
