import { ProcessStreamError } from '../../system/processStream';

type Explanation = readonly [reason: string, hint: string];

/** What `buildctl dial-stdio`, and shells and container runtimes that can't run it, say on standard error. */
const ofBuildctl: readonly (readonly [said: RegExp, ...Explanation])[] = [
  [
    /buildctl.*(?:not found|no such file)/i,
    'there is no buildctl on the far side',
    'Install BuildKit there; a command that is run without a terminal has to find buildctl on its PATH.',
  ],
  [
    /dial unix [^:]*: connect: permission denied/i,
    'access to the daemon’s socket is denied on the far side',
    'Let that user read and write the socket, for instance through its group, or log in as another one.',
  ],
  [
    /dial unix [^:]*: connect: (?:no such file|connection refused)/i,
    'no BuildKit daemon listens on the far side',
    'Start buildkitd there. If its socket is not the usual one, add its path to the address.',
  ],
];

/** What ssh says when it doesn't come to keys. */
const ofSsh: readonly (readonly [said: RegExp, ...Explanation])[] = [
  [
    /connect to host .*: connection refused/i,
    'nothing listens on its SSH port',
    'Start its SSH server, or correct host and port.',
  ],
  [
    /connect to host .*: (?:connection|operation) timed out|timed out during banner exchange/i,
    'its SSH server did not answer',
    'Check the address, the network and firewalls.',
  ],
  [
    /could not resolve hostname/i,
    'the host name is not known',
    'Correct the host name, or check the network.',
  ],
  [/no route to host|network is unreachable/i, 'there is no route to the host', 'Check the network.'],
];

/**
 * Why a program that stands between Manifold and a daemon failed, and what to do about it.
 *
 * @returns undefined for anything else that went wrong
 */
export function explainHelper(cause: unknown): Explanation | undefined {
  if (!(cause instanceof ProcessStreamError)) return undefined;
  const table = cause.command === 'ssh' ? [...ofSsh, ...ofBuildctl] : ofBuildctl;
  const known = table.find(([said]) => said.test(cause.stderr));
  return known && [known[1], known[2]];
}
