import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import type { V1ConfigMap, V1Deployment, V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import { z } from 'zod';
import { ApiError } from './apiErrors';
import type { Cluster } from './kubeconfig';
import { timeLimit } from '../../system/timeLimit';

/** The kinds of objects that a node is made of. */
export interface Objects {
  Deployment: V1Deployment;
  StatefulSet: V1StatefulSet;
  ConfigMap: V1ConfigMap;
  Pod: V1Pod;
}

const collections: Readonly<Record<keyof Objects, readonly [api: string, resource: string]>> = {
  Deployment: ['/apis/apps/v1', 'deployments'],
  StatefulSet: ['/apis/apps/v1', 'statefulsets'],
  ConfigMap: ['/api/v1', 'configmaps'],
  Pod: ['/api/v1', 'pods'],
};

const statusSchema = z.object({ reason: z.string().default(''), message: z.string() });

/** How long one request may take. */
const requestTimeoutMs = 5000;

/** The few calls of the Kubernetes API that the driver makes, in one namespace. */
export class KubernetesApi {
  /** @param onUnauthorized called when the cluster doesn't take the login */
  constructor(
    readonly cluster: Cluster,
    readonly namespace: string,
    private readonly onUnauthorized: () => void = () => undefined,
  ) {}

  /** @returns undefined when there is none */
  async get<Kind extends keyof Objects>(
    kind: Kind,
    name: string,
    signal: AbortSignal,
  ): Promise<Objects[Kind] | undefined> {
    const found = await orNotFound(this.request('GET', this.path(kind, name), undefined, signal));
    return found as Objects[Kind] | undefined;
  }

  /** The objects that have all of `labels`. */
  async list<Kind extends keyof Objects>(
    kind: Kind,
    labels: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Objects[Kind][]> {
    const selector = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    const path = `${this.path(kind)}?labelSelector=${encodeURIComponent(selector.join(','))}`;
    const { items } = (await this.request('GET', path, undefined, signal)) as { items: Objects[Kind][] };
    return items;
  }

  /** @throws ApiError with the status 409 when there is one of that name */
  async create<Kind extends keyof Objects>(
    kind: Kind,
    object: Objects[Kind],
    signal: AbortSignal,
  ): Promise<void> {
    await this.request('POST', this.path(kind), object, signal);
  }

  /** Puts an object into the place of that of its name. */
  async replace<Kind extends keyof Objects>(
    kind: Kind,
    object: Objects[Kind],
    signal: AbortSignal,
  ): Promise<void> {
    await this.request('PUT', this.path(kind, object.metadata?.name ?? ''), object, signal);
  }

  /** What is gone already is no error. */
  async delete(kind: keyof Objects, name: string, signal: AbortSignal): Promise<void> {
    await orNotFound(this.request('DELETE', this.path(kind, name), undefined, signal));
  }

  /**
   * One request.
   *
   * @param path from the server's root, with its query
   * @throws ApiError when the server refuses, what the network throws, or the signal's reason
   */
  async request(
    method: string,
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<unknown> {
    const deadline = timeLimit(requestTimeoutMs);
    const stop = AbortSignal.any([signal, deadline]);
    try {
      const response = await this.send(method, path, body, stop);
      const answer = await text(response);
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) return JSON.parse(answer) as unknown;
      if (status === 401) this.onUnauthorized();
      throw apiError(status, answer);
    } catch (error) {
      signal.throwIfAborted();
      if (deadline.aborted) throw new Error(`it did not answer within ${requestTimeoutMs / 1000} seconds`);
      throw error;
    }
  }

  private async send(
    method: string,
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const options: RequestOptions = { headers: {} };
    await this.cluster.config.applyToHTTPSOptions(options);
    signal.throwIfAborted();
    const url = new URL(this.cluster.server.replace(/\/+$/, '') + path);
    const data = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...options.headers,
      accept: 'application/json',
      ...(data === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const send = url.protocol === 'http:' ? requestHttp : requestHttps;
    return new Promise((resolve, reject) => {
      send(url, { ...options, method, headers, signal })
        .once('response', resolve)
        .once('error', reject)
        .end(data);
    });
  }

  private path(kind: keyof Objects, name?: string): string {
    const [api, resource] = collections[kind];
    const collection = `${api}/namespaces/${encodeURIComponent(this.namespace)}/${resource}`;
    return name === undefined ? collection : `${collection}/${encodeURIComponent(name)}`;
  }
}

async function orNotFound(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

function apiError(status: number, answer: string): ApiError {
  let document: unknown;
  try {
    document = JSON.parse(answer);
  } catch {
    // A proxy on the way answers with a page.
  }
  const parsed = statusSchema.safeParse(document);
  if (parsed.success) return new ApiError(status, parsed.data.reason, parsed.data.message);
  return new ApiError(status, '', `it answered with the status ${status}`);
}
