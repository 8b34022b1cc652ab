import type { Duplex } from 'node:stream';
import { openProcessStream } from '../../system/processStream';
import { sshArguments, type SshAddress } from '../../system/ssh';

/**
 * Runs `buildctl dial-stdio` on another machine by the user's own `ssh`, with their agent, configuration and known hosts
 * (BuildKit client/connhelper/ssh). The path of the address, if any, is the daemon's socket there.
 *
 * @param env the user's environment
 * @returns its standard streams; they fail with a ProcessStreamError
 */
export function openSsh(address: SshAddress, env: Readonly<Record<string, string | undefined>>): Duplex {
  const socket = address.path === undefined ? [] : ['--addr', `unix://${address.path}`];
  return openProcessStream('ssh', sshArguments(address, ['buildctl', ...socket, 'dial-stdio']), { env });
}
