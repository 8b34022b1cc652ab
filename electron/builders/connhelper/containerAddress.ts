import type { Result } from '../../../shared/model/result';
import { parseHelperUrl } from './helperUrl';

/** A container of a Docker engine in which a buildkitd runs. */
export interface ContainerAddress {
  container: string;
  /** A Docker context; the one in use when absent. */
  context?: string;
}

/** Docker's own rule for names and ids (moby, daemon/names). */
const containerName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** Reads `docker-container://container[?context=…]` (BuildKit client/connhelper/dockercontainer). */
export function parseContainerAddress(address: string): Result<ContainerAddress, string> {
  const url = parseHelperUrl(address, 'docker-container', ['context']);
  if (!url.ok) return url;
  const { name, query } = url.value;
  if (!containerName.test(name)) return { ok: false, error: `"${name}" is no container’s name.` };
  const context = query.get('context');
  return { ok: true, value: { container: name, ...(context === undefined ? {} : { context }) } };
}
