import { Buffer } from 'node:buffer';
import { createHmac, createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TokenAuthority } from './tokenAuthority';

const salt = Buffer.alloc(32, 7);

function publicKeyObject(raw: Uint8Array) {
  return createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') },
    format: 'jwk',
  });
}

describe('TokenAuthority', () => {
  it('signs as NaCl does: the signature, then the payload', () => {
    const authority = new TokenAuthority('registry.test', salt, false);
    const payload = Buffer.from('prove it');
    const signed = Buffer.from(authority.sign(payload));
    expect(signed.subarray(64)).toEqual(payload);
    const key = publicKeyObject(authority.publicKey());
    expect(verify(null, payload, key, signed.subarray(0, 64))).toBe(true);
    expect(verify(null, Buffer.from('other'), key, signed.subarray(0, 64))).toBe(false);
  });

  it('has one key for a host and salt, and others for others', () => {
    const key = (host: string, bytes: Uint8Array, anonymous: boolean) =>
      Buffer.from(new TokenAuthority(host, bytes, anonymous).publicKey()).toString('hex');
    const base = key('a', salt, false);
    expect(key('a', salt, false)).toBe(base);
    const others = [key('b', salt, false), key('a', Buffer.alloc(32, 8), false), key('a', salt, true)];
    expect(new Set([base, ...others]).size).toBe(4);
  });

  it('has the key that every client shares for anonymous access', () => {
    // Ed25519 with the seed HMAC-SHA256(salt, ""), computed apart through the PKCS #8 form of RFC 8410.
    const seed = createHmac('sha256', salt).digest();
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
    const expected = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })).export({
      format: 'jwk',
    }).x;
    const key = new TokenAuthority('any.host', salt, true).publicKey();
    expect(Buffer.from(key).toString('base64url')).toBe(expected);
  });
});
