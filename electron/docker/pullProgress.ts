import type { EngineMessage } from './engineMessage';

/** How far a pull is, from what the engine tells of its layers. Half of a layer's way is its download, half its unpacking. */
export class PullProgress {
  private readonly layers = new Map<string, { done: number; total: number }>();
  private told = -1;

  /** @returns the whole per cent, when it has grown by the message */
  percentAfter({ id, status = '', progressDetail }: EngineMessage): number | undefined {
    if (id === undefined) return undefined;
    const layer = this.layers.get(id) ?? { done: 0, total: 0 };
    const { current, total } = progressDetail ?? {};
    if (status === 'Downloading' || status === 'Extracting') {
      if (total !== undefined && total > 0) layer.total = total * 2;
      if (current !== undefined) layer.done = current + (status === 'Extracting' ? layer.total / 2 : 0);
    } else if (/^(Pull complete|Already exists)$/.test(status)) {
      layer.done = layer.total;
    } else if (/^Download complete$/.test(status)) {
      layer.done = Math.max(layer.done, layer.total / 2);
    } else if (!/^(Pulling fs layer|Waiting)$/.test(status)) {
      return undefined;
    }
    this.layers.set(id, layer);
    const sum = (part: 'done' | 'total'): number => {
      let all = 0;
      for (const each of this.layers.values()) all += each[part];
      return all;
    };
    const percent = sum('total') === 0 ? 0 : Math.min(100, Math.floor((sum('done') / sum('total')) * 100));
    if (percent <= this.told) return undefined;
    this.told = percent;
    return percent;
  }
}
