import type { Duplex } from 'node:stream';
import { DockerEngine, exec, type Environment } from '../../docker';
import { ProcessStreamError } from '../../system/processStream';
import type { ContainerAddress } from './containerAddress';
import { greeting } from './greeting';

/**
 * Runs `buildctl dial-stdio` in a container, through its engine (BuildKit client/connhelper/dockercontainer, which has the
 * docker command do it).
 *
 * @param env the user's environment, which says what the Docker contexts are
 * @returns its standard streams, when the daemon has answered
 * @throws ProcessStreamError when the command fails, StudioError when the engine does, or the signal's reason
 */
export async function openDockerContainer(
  { container, context }: ContainerAddress,
  env: Environment,
  signal: AbortSignal,
): Promise<Duplex> {
  const engine = new DockerEngine(context ?? '', env);
  const { stream, exitCode } = await exec(engine, container, ['buildctl', 'dial-stdio'], signal);
  try {
    return await greeting(stream, signal);
  } catch (error) {
    signal.throwIfAborted();
    const said = stream.stderr || (error as Error).message;
    throw new ProcessStreamError('buildctl', await exitCode().catch(() => undefined), said);
  }
}
