import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/**
 * Asks a Docker Engine over its Unix socket; independent of the studio's own client.
 * @param endpoint e.g. `POST /containers/create?name=one`
 * @param body a value to send as JSON, or a file to send as it is
 * @returns the answer's text
 * @throws Error with the engine's message when it answers with a failure
 */
export async function askDocker(
  socketPath: string,
  endpoint: string,
  body?: { readonly json: unknown } | { readonly file: string },
): Promise<string> {
  const [method, path] = endpoint.split(' ') as [string, string];
  const isFile = body !== undefined && 'file' in body;
  const type = isFile ? 'application/x-tar' : 'application/json';
  const asking = request({ socketPath, method, path, headers: { host: 'docker', 'content-type': type } });
  const answered = new Promise<{ status: number; content: string }>((resolve, reject) => {
    asking.once('error', reject);
    asking.once('response', (response) => {
      text(response).then((content) => resolve({ status: response.statusCode ?? 0, content }), reject);
    });
  });
  const [{ status, content }] = await Promise.all([
    answered,
    isFile
      ? pipeline(createReadStream(body.file), asking)
      : asking.end(body === undefined ? undefined : JSON.stringify(body.json)),
  ]);
  if (status >= 400) throw new Error(`${endpoint} failed with ${status}: ${content.trim()}`);
  return content;
}
