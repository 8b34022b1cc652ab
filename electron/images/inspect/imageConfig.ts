import type { ImageConfig } from '../../../shared/contract';
import { ImageError } from '../document';
import { platformOf } from './descriptor';
import { alignHistory } from './history';
import { keysOf, mapOf, memberOf, numberOf, objectOf, present, textOf, textsOf } from './loose';

/**
 * An image's configuration (image-spec config.md, and what Docker puts beside it), from its JSON.
 *
 * @param layers how many layers the manifest has
 * @throws ImageError when it is none
 */
export function imageConfigOf(document: unknown, layers: number): ImageConfig {
  if (objectOf(document) === undefined) throw new ImageError('The image’s config is no JSON object.');
  const run = memberOf(document, 'config');
  const list = (key: string): string[] | undefined => {
    const value = memberOf(run, key);
    // Schema 1 and Docker's oldest versions have a text here.
    if (typeof value === 'string') return [value];
    return Array.isArray(value) ? textsOf(value) : undefined;
  };
  return {
    ...present({
      platform: platformOf(document),
      created: textOf(memberOf(document, 'created')),
      author: textOf(memberOf(document, 'author')),
      entrypoint: list('Entrypoint'),
      command: list('Cmd'),
      shell: list('Shell'),
      user: textOf(memberOf(run, 'User')),
      workingDir: textOf(memberOf(run, 'WorkingDir')),
      stopSignal: textOf(memberOf(run, 'StopSignal')),
      healthCheck: healthCheckOf(memberOf(run, 'Healthcheck')),
    }),
    env: textsOf(memberOf(run, 'Env')),
    exposedPorts: keysOf(memberOf(run, 'ExposedPorts')),
    volumes: keysOf(memberOf(run, 'Volumes')),
    labels: mapOf(memberOf(run, 'Labels')),
    onBuild: textsOf(memberOf(run, 'OnBuild')),
    diffIds: textsOf(memberOf(document, 'rootfs', 'diff_ids')),
    history: alignHistory(memberOf(document, 'history'), layers),
  };
}

/** Durations are nanoseconds, as Docker stores them (moby api/types/container HealthConfig). */
function healthCheckOf(value: unknown): ImageConfig['healthCheck'] {
  if (objectOf(value) === undefined) return undefined;
  return {
    test: textsOf(memberOf(value, 'Test')),
    ...present({
      interval: numberOf(memberOf(value, 'Interval')),
      timeout: numberOf(memberOf(value, 'Timeout')),
      startPeriod: numberOf(memberOf(value, 'StartPeriod')),
      startInterval: numberOf(memberOf(value, 'StartInterval')),
      retries: numberOf(memberOf(value, 'Retries')),
    }),
  };
}
