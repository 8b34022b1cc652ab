/** The parts of the endpoint that buildx keeps for a Kubernetes node (buildx builder/builder.go). */
export interface NodeEndpoint {
  builder: string;
  node: string;
  /** KUBECONFIG when the node was made: a file, or several as in PATH; empty for the usual one. */
  kubeconfig: string;
}

/** Writes `kubernetes:///builder?deployment=node&kubeconfig=path`, byte for byte as buildx does. */
export function formatNodeEndpoint({ builder, node, kubeconfig }: NodeEndpoint): string {
  return `kubernetes:///${builder}?deployment=${queryEscaped(node)}&kubeconfig=${queryEscaped(kubeconfig)}`;
}

/** Reads such an endpoint; undefined for any other text. */
export function parseNodeEndpoint(endpoint: string): NodeEndpoint | undefined {
  const match = /^kubernetes:\/\/\/?([^?#]*)(?:\?([^#]*))?$/.exec(endpoint);
  if (match === null) return undefined;
  const query = new URLSearchParams(match[2] ?? '');
  return {
    builder: match[1] ?? '',
    node: query.get('deployment') ?? '',
    kubeconfig: query.get('kubeconfig') ?? '',
  };
}

/** As Go's url.QueryEscape. */
function queryEscaped(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
