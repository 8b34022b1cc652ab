/** What is told of a row. */
export interface Figures {
  name: string;
  manifold_ms: number;
  peer_ms: number | null;
  ratio: number | null;
  core_rss_mb: number | null;
  loop_delay_p99_ms: number | null;
  runs: number;
  /** Runs in which buildx hung and was killed. */
  peer_hung?: number;
}

/** What was measured: times in ms, run by run. */
export interface Samples {
  manifold: readonly number[];
  /** Empty where there is no peer. */
  peer: readonly number[];
  rssMb?: number;
  loopDelayP99Ms?: number;
  /** Runs in which buildx hung and was killed. */
  hung?: number;
}

/** A row of medians. */
export function figuresOf(name: string, samples: Samples): Figures {
  const { manifold, peer, rssMb, loopDelayP99Ms, hung = 0 } = samples;
  const [ours, theirs] = [median(manifold), median(peer)];
  return {
    name,
    manifold_ms: rounded(ours),
    peer_ms: peer.length === 0 ? null : rounded(theirs),
    ratio: peer.length === 0 ? null : rounded(ours / theirs, 2),
    core_rss_mb: rssMb === undefined ? null : rounded(rssMb),
    loop_delay_p99_ms: loopDelayP99Ms === undefined ? null : rounded(loopDelayP99Ms),
    runs: manifold.length,
    ...(hung === 0 ? {} : { peer_hung: hung }),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
