import { GraphSession } from './graphSession';
import type { Graph, GraphRequest } from './graphSession';

/** What the page sends to the worker, and what comes back for each message, in order. */
export interface GraphQuestion {
  number: number;
  request: GraphRequest;
}
export interface GraphReply {
  number: number;
  graph: Graph;
}

const session = new GraphSession();
self.onmessage = ({ data }: MessageEvent<GraphQuestion>): void => {
  const reply: GraphReply = { number: data.number, graph: session.graph(data.request) };
  self.postMessage(reply);
};
