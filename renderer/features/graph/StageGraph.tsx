export function StageGraph() {
  return null;
}
