import { GraphSession } from './graphSession';
import type { Graph, GraphRequest } from './graphSession';
import { GraphUnpacker } from './graphTransfer';
import type { GraphQuestion, GraphReply } from './graph.worker';

/** Makes graphs away from the thread that people type on. */
export interface GraphFeed {
  /** Asks for a graph. Of what is asked for while one is being made, only the last is answered. */
  ask(request: GraphRequest): void;
  close(): void;
}

/**
 * @param startWorker starts `graph.worker.ts`
 * @param onGraph gets each graph that is made, in the order in which they were asked for
 * @param onFailure told once when the worker can't run; graphs are then made on the page's own thread
 */
export function graphFeed(
  startWorker: () => Worker,
  onGraph: (graph: Graph) => void,
  onFailure: (error: unknown) => void,
): GraphFeed {
  let worker: Worker | undefined;
  let own: GraphSession | undefined;
  const unpacker = new GraphUnpacker();
  let asked = 0;
  let running: GraphQuestion | undefined;
  let next: GraphQuestion | undefined;

  const send = (question: GraphQuestion): void => {
    running = question;
    if (own === undefined) worker?.postMessage(question);
    else answer(own.graph(question.request));
  };
  const answer = (graph: Graph): void => {
    running = undefined;
    onGraph(graph);
    const waiting = next;
    next = undefined;
    if (waiting !== undefined) send(waiting);
  };
  const fail = (error: unknown): void => {
    if (own !== undefined) return;
    worker?.terminate();
    own = new GraphSession();
    onFailure(error);
    if (running !== undefined) send(running);
  };
  try {
    worker = startWorker();
    worker.onmessage = ({ data }: MessageEvent<GraphReply>) => answer(unpacker.unpack(data.graph));
    worker.onerror = (event) => fail(event.error ?? new Error(event.message));
  } catch (error) {
    fail(error);
  }
  return {
    ask(request) {
      const question = { number: ++asked, request };
      if (running === undefined) send(question);
      else next = question;
    },
    close() {
      next = undefined;
      worker?.terminate();
    },
  };
}
