import { parseDockerfile } from '../../../shared/dockerfile';
import type { DockerfileSyntax } from '../../../shared/dockerfile';

const recent = new Map<string, DockerfileSyntax>();
const maxRecent = 4;

/** {@link parseDockerfile}, done once for a text that several parts of the page look at. */
export function syntaxOf(text: string): DockerfileSyntax {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const syntax = parseDockerfile(text);
  if (recent.size >= maxRecent) recent.delete(recent.keys().next().value ?? '');
  recent.set(text, syntax);
  return syntax;
}
