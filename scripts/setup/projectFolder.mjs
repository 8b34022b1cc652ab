import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the clone these scripts lie in. */
export const projectFolder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
