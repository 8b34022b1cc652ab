import { randomBytes } from 'node:crypto';

/** A name and password that a registry asks for. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** A login nobody has used before. */
export function randomLogin(): Login {
  return { username: 'manifold', password: randomBytes(12).toString('hex') };
}
