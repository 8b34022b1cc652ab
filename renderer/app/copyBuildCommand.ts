import { buildxCommand } from '../../shared/model/buildxCommand';
import { bootStore } from '../stores/bootStore';
import { currentBuildRequest } from '../stores/buildsStore';
import { reportDefect, studio } from './studio';

/** Puts the buildx command that equals the next build on the clipboard. */
export async function copyBuildCommand(): Promise<void> {
  const request = currentBuildRequest();
  if (request === undefined) return;
  const { boot, settings } = bootStore.getState();
  const text = buildxCommand({ ...request, outputFolder: settings.outputFolder || boot.outputFolder });
  await studio().call('clipboard.write', { text }).catch(reportDefect);
}
