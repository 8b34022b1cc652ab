import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer, json } from 'node:stream/consumers';
import type { EngineHttp } from './http';

/** What dockerode hands to its modem for a call. */
interface DockerodeCall {
  method: string;
  /** Ends with `?` when `options` are the query. */
  path: string;
  options?: Record<string, unknown> & {
    _query?: Record<string, unknown>;
    _body?: unknown;
    abortSignal?: AbortSignal;
  };
  /** The answer's body is wanted as a stream. */
  isStream?: boolean;
  /** A body to send as it is. */
  file?: Readable | Buffer;
  authconfig?: object;
  abortSignal?: AbortSignal;
}

type Callback = (error: unknown, answer?: unknown) => void;

/**
 * dockerode's connection to an engine. docker-modem's own one is not used: it takes DOCKER_HOST from the process'
 * environment before anything else, follows redirects to other hosts, and its SSH accepts any host key.
 *
 * @param apiVersion such as `1.41`
 */
export function engineModem(http: EngineHttp, apiVersion: string): object {
  return {
    dial(call: DockerodeCall, callback: Callback): void {
      send(http, apiVersion, call).then((answer) => callback(null, answer), callback);
    },
  };
}

async function send(http: EngineHttp, apiVersion: string, call: DockerodeCall): Promise<unknown> {
  const { _query, _body, abortSignal, authconfig: _auth, ...options } = call.options ?? {};
  const takesQuery = call.path.endsWith('?');
  const query = takesQuery ? queryOf(_query ?? options) : '';
  const content = _body ?? (takesQuery || call.method !== 'POST' ? undefined : options);
  const answer = await http.send({
    method: call.method,
    path: `/v${apiVersion}${takesQuery ? call.path.slice(0, -1) : call.path}${query && `?${query}`}`,
    headers: {
      ...(call.file === undefined ? {} : { 'content-type': 'application/x-tar' }),
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      ...(call.authconfig === undefined ? {} : { 'x-registry-auth': base64Url(call.authconfig) }),
    },
    body: call.file ?? (content === undefined ? undefined : JSON.stringify(content)),
    // Some of dockerode's methods forget to take it out of their options.
    signal: call.abortSignal ?? abortSignal,
  });
  return call.isStream ? answer : contentOf(answer);
}

async function contentOf(answer: IncomingMessage): Promise<unknown> {
  const isJson = /^application\/json\b/.test(answer.headers['content-type'] ?? '');
  return isJson ? json(answer) : buffer(answer);
}

function queryOf(options: Record<string, unknown>): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const pairs = given.map(([key, value]): [string, string] => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return new URLSearchParams(pairs).toString();
}

/** docker/cli encodes logins in the alphabet for addresses, with padding. */
function base64Url(login: object): string {
  const text = Buffer.from(JSON.stringify(login), 'utf8').toString('base64');
  return text.replaceAll('+', '-').replaceAll('/', '_');
}
