import { GraphSession } from './graphSession';
import type { GraphRequest } from './graphSession';
import { GraphPacker } from './graphTransfer';
import type { PackedGraph } from './graphTransfer';

/** What the page sends to the worker, and what comes back for each message, in order. */
export interface GraphQuestion {
  number: number;
  request: GraphRequest;
}
export interface GraphReply {
  number: number;
  graph: PackedGraph;
}

const session = new GraphSession();
const packer = new GraphPacker();
self.onmessage = ({ data }: MessageEvent<GraphQuestion>): void => {
  const reply: GraphReply = { number: data.number, graph: packer.pack(session.graph(data.request)) };
  self.postMessage(reply);
};
