import type { Provenance } from '../../../shared/contract';
import { ImageError } from '../document';
import { layerLinesOf } from './layerLines';
import { booleanOf, listOf, mapOf, memberOf, objectOf, present, textOf } from './loose';
import { unwrapStatement } from './statement';

/** How BuildKit names what was given to the Dockerfile's frontend (frontend/dockerui). */
const buildArg = 'build-arg:';
const label = 'label:';

/**
 * Provenance in one form: SLSA 0.2 (slsa.dev/spec/v0.2/provenance) or 1 (slsa.dev/spec/v1.1/provenance), with what
 * BuildKit adds to them (BuildKit docs/attestations/slsa-definitions.md).
 *
 * @param document the statement's JSON, in an envelope or not
 * @throws ImageError when it is no such statement
 */
export function provenanceOf(document: unknown): Provenance {
  const { predicateType, predicate } = unwrapStatement(document);
  if (objectOf(predicate) === undefined) throw new ImageError('The statement has no predicate.');
  if (/provenance\/v1\b/.test(predicateType)) return slsa1(predicate);
  if (/provenance\/v0\.[12]\b/.test(predicateType)) return slsa02(predicate);
  throw new ImageError(
    predicateType === '' ? 'The statement is no provenance.' : `${predicateType} is no provenance.`,
  );
}

function slsa1(predicate: unknown): Provenance {
  const definition = memberOf(predicate, 'buildDefinition');
  const external = memberOf(definition, 'externalParameters');
  const metadata = memberOf(predicate, 'runDetails', 'metadata');
  const buildkit = memberOf(metadata, 'buildkit_metadata');
  // GitHub's builders say it in the workflow (slsa.dev/spec/v1.1, github-actions-workflow).
  const config = memberOf(external, 'configSource') ?? memberOf(external, 'workflow');
  const request = memberOf(external, 'request');
  const materials = materialsOf(memberOf(definition, 'resolvedDependencies'));
  const completeness = memberOf(metadata, 'buildkit_completeness');
  return {
    version: '1',
    ...present({
      buildType: textOf(memberOf(definition, 'buildType')),
      builderId: textOf(memberOf(predicate, 'runDetails', 'builder', 'id')),
      invocationId: textOf(memberOf(metadata, 'invocationId')),
      started: textOf(memberOf(metadata, 'startedOn')),
      finished: textOf(memberOf(metadata, 'finishedOn')),
      complete: booleanOf(memberOf(completeness, 'resolvedDependencies')),
      reproducible: booleanOf(memberOf(metadata, 'buildkit_reproducible')),
      source: sourceOf(config, buildkit, materials),
    }),
    ...requestOf(request, {
      ...flat(request === undefined ? external : undefined),
      ...flat(memberOf(definition, 'internalParameters'), 'buildConfig'),
    }),
    materials,
    layerLines: layerLinesOf(buildkit),
  };
}

function slsa02(predicate: unknown): Provenance {
  const invocation = memberOf(predicate, 'invocation');
  const metadata = memberOf(predicate, 'metadata');
  const buildkit = memberOf(metadata, 'https://mobyproject.org/buildkit@v1#metadata');
  const parameters = memberOf(invocation, 'parameters');
  const materials = materialsOf(memberOf(predicate, 'materials'));
  const isBuildKits = ['frontend', 'args', 'locals'].some((key) => memberOf(parameters, key) !== undefined);
  return {
    version: '0.2',
    ...present({
      buildType: textOf(memberOf(predicate, 'buildType')),
      builderId: textOf(memberOf(predicate, 'builder', 'id')),
      invocationId: textOf(
        memberOf(metadata, 'buildInvocationID') ?? memberOf(metadata, 'buildInvocationId'),
      ),
      started: textOf(memberOf(metadata, 'buildStartedOn')),
      finished: textOf(memberOf(metadata, 'buildFinishedOn')),
      complete: booleanOf(memberOf(metadata, 'completeness', 'materials')),
      reproducible: booleanOf(memberOf(metadata, 'reproducible')),
      source: sourceOf(memberOf(invocation, 'configSource'), buildkit, materials),
    }),
    ...requestOf(isBuildKits ? parameters : undefined, {
      ...flat(isBuildKits ? undefined : parameters),
      ...flat(memberOf(invocation, 'environment')),
    }),
    materials,
    layerLines: layerLinesOf(buildkit),
  };
}

/** What the frontend was given; `beside` are other parameters, which its own ones come before. */
function requestOf(
  request: unknown,
  beside: Readonly<Record<string, string>>,
): Pick<Provenance, 'buildArgs' | 'labels' | 'parameters' | 'secrets' | 'ssh'> &
  Partial<Pick<Provenance, 'frontend' | 'target'>> {
  const given = Object.entries(mapOf(memberOf(request, 'args')));
  const beginning = (prefix: string): Record<string, string> =>
    Object.fromEntries(
      given
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value]),
    );
  const others = given.filter(
    ([key]) => !key.startsWith(buildArg) && !key.startsWith(label) && key !== 'target',
  );
  return {
    ...present({
      frontend: textOf(memberOf(request, 'frontend')),
      target: textOf(memberOf(request, 'args', 'target')),
    }),
    buildArgs: beginning(buildArg),
    labels: beginning(label),
    parameters: { ...beside, ...Object.fromEntries(others) },
    secrets: namedOf(memberOf(request, 'secrets')),
    ssh: namedOf(memberOf(request, 'ssh')),
  };
}

/** What is no text is shown as it is written; objects have a line for each of their members. */
function flat(value: unknown, without?: string): Record<string, string> {
  const entries = Object.entries(objectOf(value) ?? {})
    .filter(([key, inner]) => key !== without && inner !== null && inner !== '')
    .flatMap(([key, inner]): [string, string][] => {
      const members = objectOf(inner);
      if (members === undefined) return [[key, wordsOf(inner)]];
      return Object.entries(members).map(([name, deep]) => [`${key}.${name}`, wordsOf(deep)]);
    });
  return Object.fromEntries(entries);
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function namedOf(value: unknown): { id: string; optional: boolean }[] {
  return listOf(value).flatMap((one) => {
    const id = textOf(memberOf(one, 'id'));
    return id === undefined ? [] : [{ id, optional: memberOf(one, 'optional') === true }];
  });
}

function materialsOf(value: unknown): Provenance['materials'] {
  return listOf(value).flatMap((one) => {
    const uri = textOf(memberOf(one, 'uri')) ?? textOf(memberOf(one, 'name'));
    return uri === undefined ? [] : [{ uri, digests: mapOf(memberOf(one, 'digest')) }];
  });
}

/** The build's own source first; then what the client told of its repository, which nobody has checked. */
function sourceOf(
  config: unknown,
  buildkit: unknown,
  materials: Provenance['materials'],
): Provenance['source'] {
  const uri =
    textOf(memberOf(config, 'uri')) ??
    textOf(memberOf(config, 'repository')) ??
    textOf(memberOf(buildkit, 'vcs', 'source'));
  const digests = mapOf(memberOf(config, 'digest'));
  const material = materials.find((one) => one.digests['gitCommit'] ?? one.digests['sha1']);
  const revision =
    digests['gitCommit'] ??
    digests['sha1'] ??
    textOf(memberOf(buildkit, 'vcs', 'revision')) ??
    (uri !== undefined && material?.uri.includes(uri)
      ? (material.digests['gitCommit'] ?? material.digests['sha1'])
      : undefined) ??
    textOf(memberOf(config, 'ref'));
  const entryPoint = textOf(memberOf(config, 'entryPoint')) ?? textOf(memberOf(config, 'path'));
  const source = present({ uri, revision, entryPoint });
  return Object.keys(source).length === 0 ? undefined : source;
}
