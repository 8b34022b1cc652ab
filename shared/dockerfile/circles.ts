/**
 * Finds the nodes of a graph that depend on themselves, over others or at once. Takes time in proportion to nodes and
 * edges.
 *
 * @param sources node -> what it depends on; nodes are counted from 0
 * @returns the members of each circle, ascending; circles that touch are one
 */
export function findCircles(sources: readonly (readonly number[])[]): number[][] {
  // Tarjan's strongly connected components, with a stack of its own: a file can chain thousands of stages.
  const order: (number | undefined)[] = sources.map(() => undefined);
  const lowest: number[] = sources.map(() => 0);
  const open: number[] = [];
  const isOpen = new Set<number>();
  const circles: number[][] = [];
  let next = 0;
  for (const start of sources.keys()) {
    if (order[start] !== undefined) continue;
    const path: { node: number; at: number }[] = [{ node: start, at: 0 }];
    while (path.length > 0) {
      const step = path.at(-1);
      if (step === undefined) break;
      const { node } = step;
      if (step.at === 0) {
        order[node] = lowest[node] = next++;
        open.push(node);
        isOpen.add(node);
      }
      const source = sources[node]?.[step.at++];
      if (source !== undefined) {
        const known = order[source];
        if (known === undefined) path.push({ node: source, at: 0 });
        else if (isOpen.has(source)) lowest[node] = Math.min(lowest[node] ?? 0, known);
        continue;
      }
      path.pop();
      const parent = path.at(-1)?.node;
      if (parent !== undefined) lowest[parent] = Math.min(lowest[parent] ?? 0, lowest[node] ?? 0);
      if (lowest[node] !== order[node]) continue;
      const members = open.splice(open.lastIndexOf(node));
      members.forEach((member) => isOpen.delete(member));
      if (members.length > 1 || sources[node]?.includes(node)) circles.push(members.sort((a, b) => a - b));
    }
  }
  return circles;
}
