import { spawn } from 'node:child_process';
import { CredentialError } from './credentialError';
import { timeLimit } from '../../system/timeLimit';

/** A login of a registry. */
export interface Login {
  /** Empty when `secret` is a refresh ("identity") token. */
  readonly username: string;
  readonly secret: string;
}

const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

/** User name with which helpers mark an identity token. */
const TOKEN_USERNAME = '<token>';

/** What helpers print when they know no login for a server; the exit code alone doesn't tell. */
const NOT_FOUND = 'credentials not found in native keychain';

/** Where helpers are installed but a graphical app's PATH doesn't lead. */
const EXTRA_PATHS_ON_MACOS = [
  '/usr/local/bin',
  '/opt/homebrew/bin',
  '/Applications/Docker.app/Contents/Resources/bin',
];

/**
 * Asks a Docker credential helper (`docker-credential-<name> get`, server on stdin, JSON on stdout) for a login.
 * @param name the suffix of the program, as `credsStore` and `credHelpers` have it.
 * @param server the key under which the login was stored.
 * @returns undefined when the helper has none.
 * @throws {CredentialError} the helper is missing, failed or took longer than `timeoutMs`. No secret is in the error.
 */
export async function getFromHelper(
  name: string,
  server: string,
  signal: AbortSignal,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Login | undefined> {
  const program = `docker-credential-${name}`;
  if (!/^[\w.-]+$/.test(name)) {
    throw new CredentialError(
      `The Docker config file names an unusable credential helper: ${JSON.stringify(name)}.`,
    );
  }
  const { exitCode, stdout } = await run(program, server, timeLimit(timeoutMs, signal));
  if (exitCode !== 0) {
    if (stdout.includes(NOT_FOUND)) return undefined;
    throw new CredentialError(
      `${program} failed with exit code ${exitCode} for ${server}. Run "${program} get" in a terminal to see why.`,
    );
  }
  return readAnswer(program, stdout);
}

function readAnswer(program: string, stdout: string): Login | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch {
    // The parser's own message would quote the answer.
    throw new CredentialError(`${program} did not answer with JSON.`);
  }
  const { Username: username, Secret: secret } = (answer ?? {}) as { Username?: unknown; Secret?: unknown };
  if (typeof username !== 'string' || typeof secret !== 'string') {
    throw new CredentialError(`${program} answered without a user name or a secret.`);
  }
  if (secret === '') return undefined;
  return { username: username === TOKEN_USERNAME ? '' : username, secret };
}

function run(
  program: string,
  input: string,
  signal: AbortSignal,
): Promise<{ readonly exitCode: number | null; readonly stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], {
      env: { ...process.env, PATH: searchPath() },
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
      signal,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > MAX_OUTPUT_BYTES) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    // A helper that ends without reading its input breaks the pipe; its exit code says what happened.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') {
        reject(
          new CredentialError(`${program} is not installed, but the Docker config file asks for it.`, {
            cause: error,
          }),
        );
      } else if (error.name === 'AbortError') {
        reject(
          new CredentialError(`${program} did not answer in time, or was cancelled.`, {
            cause: signal.reason,
          }),
        );
      } else {
        reject(new CredentialError(`${program} can't be run.`, { cause: error }));
      }
    });
    child.once('close', (exitCode) => resolve({ exitCode, stdout: Buffer.concat(chunks).toString('utf8') }));
  });
}

function searchPath(): string | undefined {
  const { PATH } = process.env;
  if (process.platform !== 'darwin') return PATH;
  return [...(PATH ?? '').split(':'), ...EXTRA_PATHS_ON_MACOS].join(':');
}
