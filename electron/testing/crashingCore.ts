import { hasBegun, localCore } from './localCore';

/**
 * A core in a process of its own that is to be killed: starts a build on the local builder and prints its id as soon
 * as a step has printed something. Arguments: the data folder, the project, the Dockerfile's text.
 */
const [folder, project, text] = process.argv.slice(2) as [string, string, string];
const core = await localCore(folder, project);
const { id } = await core.builds.start({ ...core.request(text), builder: 'local' });
await hasBegun(core.builds, id);
process.stdout.write(`${id}\n`);
