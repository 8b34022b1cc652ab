import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

/** A Kubernetes object, as far as tests look into it. */
export interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly namespace?: string;
    readonly deletionTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
  readonly data?: Readonly<Record<string, string>>;
}

/** The cluster's API as an administrator uses it: a client of the tests' own, apart from Manifold's. */
export interface ClusterApi {
  /**
   * One request.
   * @param requestPath from the server's root, with its query
   * @throws Error with the server's words when it refuses
   */
  ask(method: string, requestPath: string, body?: object): Promise<unknown>;
  get(requestPath: string): Promise<KubernetesObject>;
  list(requestPath: string): Promise<KubernetesObject[]>;
}

/** @param caFile certificate of the authority that signed the server's */
export async function clusterApi(server: string, caFile: string, token: string): Promise<ClusterApi> {
  const ca = await readFile(caFile);
  const ask = async (method: string, requestPath: string, body?: object): Promise<unknown> => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const content = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      // Node leaves the length of a DELETE's body to the caller.
      ...(content === '' ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(content) }),
    };
    const [status, answer] = await new Promise<[number, string]>((resolve, reject) => {
      request(server + requestPath, { method, ca, headers }, (response) => {
        text(response).then((received) => resolve([response.statusCode ?? 0, received]), reject);
      })
        .once('error', reject)
        .end(content);
    });
    if (status >= 300) throw new Error(`${method} ${requestPath}: ${status}: ${answer}`);
    return answer.startsWith('{') ? JSON.parse(answer) : answer;
  };
  return {
    ask,
    get: async (requestPath) => (await ask('GET', requestPath)) as KubernetesObject,
    list: async (requestPath) => ((await ask('GET', requestPath)) as { items: KubernetesObject[] }).items,
  };
}
