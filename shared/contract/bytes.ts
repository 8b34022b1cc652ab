import { z } from 'zod';

/** Not `z.instanceof`, whose type leaves out arrays over shared memory. */
export const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
