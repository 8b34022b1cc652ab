const names = [
  /^Dockerfile$/,
  /^Containerfile$/,
  /^[^/]+\.(?:Dockerfile|dockerfile|Containerfile)$/,
  /^(?:Dockerfile|Containerfile)\.[^/]+$/,
];

/** Whether a file of this name is offered as a Dockerfile. Ignore files and editors' backups are not. */
export function isDockerfileName(name: string): boolean {
  return (
    names.some((pattern) => pattern.test(name)) && !/(?:\.dockerignore|~|\.swp|\.bak|\.orig)$/.test(name)
  );
}

/** `Dockerfile` first, then nearer the root, then by name. */
export function compareDockerfiles(a: string, b: string): number {
  const rank = (path: string): number => (path === 'Dockerfile' ? 0 : path === 'Containerfile' ? 1 : 2);
  const depth = (path: string): number => path.split('/').length;
  return rank(a) - rank(b) || depth(a) - depth(b) || (a < b ? -1 : a > b ? 1 : 0);
}
