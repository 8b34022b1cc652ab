/** A word that BuildKit would refuse to expand. The messages follow BuildKit's, since people look those up. */
export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
}
