import { BuildkitClient, runSolve, type SolveOutcome, type SolveRequest } from '../buildkit';
import { createContextService, createFileWorkers } from '../buildkit/filesync';
import { launchSourceWorker } from './workers';
import type { DriverNode } from '../builders/driver';

/** What a test build gives beyond its Dockerfile. */
export interface TestSolveOptions extends Partial<Pick<SolveRequest, 'exporters' | 'frontendAttrs'>> {
  /** Called with all that the steps print. */
  onLog?: (text: string) => void;
  signal?: AbortSignal;
}

/** Builds a Dockerfile, which is also all of its context, on a node, over connections of its own. */
export async function testSolve(
  node: Pick<DriverNode, 'dial'>,
  dockerfile: string,
  options: TestSolveOptions = {},
): Promise<SolveOutcome> {
  const workers = createFileWorkers(launchSourceWorker);
  const files = new Map([['Dockerfile', Buffer.from(dockerfile)]]);
  const contexts = new Map(
    ['dockerfile', 'context'].map((name) => [name, { kind: 'files', files } as const]),
  );
  const client = await BuildkitClient.connect((signal) => node.dial(signal));
  try {
    return await runSolve(client, {
      request: {
        frontend: 'dockerfile.v0',
        frontendAttrs: options.frontendAttrs ?? {},
        ...(options.exporters && { exporters: options.exporters }),
      },
      services: [createContextService(contexts, { workers })],
      ...(options.signal && { signal: options.signal }),
      onStatus: ({ logs }) => logs.forEach(({ data }) => options.onLog?.(Buffer.from(data).toString('utf8'))),
    });
  } finally {
    await client.close();
    await workers.close();
  }
}
