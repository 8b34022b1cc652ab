import { z } from 'zod';

const mebibyte = 1024 * 1024;
/** A file's name without folders. */
const fileName = z
  .string()
  .min(1)
  .max(120)
  .regex(/^(?!\.+$)[^/\\:\0-\x1f]+$/);

/** A drawing of the stage graph, as the page has made it. */
export const graphExportSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('svg'),
    suggestedName: fileName,
    text: z
      .string()
      .max(32 * mebibyte)
      .startsWith('<svg '),
  }),
  z.object({
    kind: z.literal('png'),
    suggestedName: fileName,
    bytes: z.custom<Uint8Array>(isPng),
  }),
]);

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function isPng(value: unknown): boolean {
  if (!(value instanceof Uint8Array) || value.length > 64 * mebibyte) return false;
  return pngSignature.every((byte, index) => value[index] === byte);
}
