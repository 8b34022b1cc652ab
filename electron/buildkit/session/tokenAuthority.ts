import { Buffer } from 'node:buffer';
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';

/** PKCS #8 header of an Ed25519 private key; the 32-byte seed follows (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_BYTES = 32;

/** Ours alone, so that a daemon can't choose what is hashed. Living as long as the process lets the daemon reuse tokens between builds. */
const processSeed = randomBytes(KEY_BYTES);

/**
 * The key by which the daemon knows that later sessions have the same credentials for a registry, without seeing
 * them: it caches tokens by the public key and asks for a signature before it uses one. Derived as BuildKit's own
 * clients do it: HMAC-SHA256 with the daemon's salt over a seed; over nothing for anonymous access, which everyone
 * shares.
 */
export class TokenAuthority {
  readonly #key: KeyObject;

  /**
   * @param host the registry the daemon named.
   * @param salt chosen by the daemon, new at each of its starts.
   * @param anonymous true when there are no credentials for the host.
   */
  constructor(host: string, salt: Uint8Array, anonymous: boolean) {
    const mac = createHmac('sha256', salt);
    if (!anonymous) mac.update(createHmac('sha256', processSeed).update(host).digest());
    this.#key = createPrivateKey({
      key: Buffer.concat([PKCS8_ED25519, mac.digest()]),
      format: 'der',
      type: 'pkcs8',
    });
  }

  /** The raw 32-byte Ed25519 public key. */
  publicKey(): Uint8Array {
    return createPublicKey(this.#key).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES);
  }

  /** NaCl's signed message: the 64-byte signature, then the payload. */
  sign(payload: Uint8Array): Uint8Array {
    return Buffer.concat([sign(null, payload, this.#key), payload]);
  }
}
