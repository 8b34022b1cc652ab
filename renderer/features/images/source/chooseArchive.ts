import type { ImageSource } from '../../../../shared/contract';
import { studio } from '../../../app/studio';

/** Asks for an archive; undefined when none was chosen. */
export async function chooseArchive(title: string): Promise<ImageSource | undefined> {
  const { path } = await studio().call('dialogs.chooseFile', { title });
  return path === undefined ? undefined : { kind: 'archive', path };
}

/** Asks for the folder of an OCI layout; undefined when none was chosen. */
export async function chooseLayout(title: string): Promise<ImageSource | undefined> {
  const { path } = await studio().call('dialogs.chooseFolder', { title });
  return path === undefined ? undefined : { kind: 'archive', path };
}
