import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { basename, resolve } from 'node:path';
import type { Builder, BuilderNode, BuildRequest, BuildSettings } from '../../shared/contract';
import { StudioError } from '../../shared/contract';
import { isGoTrue } from '../../shared/model/goBoolean';
import { ownPlatform } from '../../shared/model/nodeAssignment';
import { formatPlatform, parsePlatform } from '../../shared/model/platform';
import { canonicalName, familiarName, parseReference, repositoryName } from '../../shared/model/reference';
import type { CacheLocation, Exporter, SolveRequest } from '../buildkit';
import type { ExportTarget } from '../buildkit/filesync';
import { parseCacheLocation } from './cacheLocation';
import { enginePushes } from './featureChecks';
import { parseNamedContext } from './namedContext';
import { nodeShares } from './nodeShares';

/** Where what an exporter sends goes; `load` is a Docker Engine, which gets it as it comes. */
export type PartTarget = ExportTarget | { readonly kind: 'load' };

/** What one node is asked to build. */
export interface BuildPart {
  node: string;
  /** Canonical; empty when the node's own platform is built. */
  platforms: string[];
  solve: SolveRequest;
  /** Where the exporter's files go; absent when it sends none. */
  target?: PartTarget;
  /** What the node's engine pushes once it is built; absent when BuildKit pushes, or nobody does. */
  enginePush?: readonly string[];
}

/** What is left to do when the parts of several nodes are built. */
export type Assembly =
  /** The parts are in the registry by their digests; an index of them goes there under every reference. */
  | { readonly kind: 'index' }
  /** The parts' archives become one. */
  | { readonly kind: 'oci' | 'tar'; readonly path: string }
  /** The parts' archives become one, which a Docker Engine loads; `path` is gone then. */
  | { readonly kind: 'load'; readonly path: string };

/** A build, taken apart before anything is sent. */
export interface BuildPlan {
  /** The lanes: the platforms asked for, or the node's own. */
  platforms: string[];
  /** One a node; several build at the same time. */
  parts: BuildPart[];
  /** Present with several parts whose results belong together. */
  assembly?: Assembly;
  /** Absolute paths of the folders that the daemon may read, by the name it asks with. `dockerfile` is not among them. */
  folders: ReadonlyMap<string, string>;
  /** What is pushed or loaded, in canonical form. */
  references: string[];
  /** Makes the daemon send only what changed since the last build of this folder from this machine. */
  sharedKey: string;
}

/** The name by which the daemon asks for the Dockerfile, which comes from the screen and not from the disk. */
export const dockerfileContext = 'dockerfile';

/**
 * Translates a request into BuildKit's terms, as buildx does (build/opt.go, `toSolveOpt`; build/build.go for several
 * nodes). The request must have passed preflight.
 *
 * @param outputPath absolute path of the archive or folder that the build writes; unused by outputs that write none
 */
export function planBuild(request: BuildRequest, builder: Builder, outputPath: string): BuildPlan {
  const { settings } = request;
  const platforms = [...new Set(settings.platforms.map(canonicalPlatform))];
  const references = settings.tags.map(canonicalReference);
  const shares = nodeShares(builder.nodes, platforms);
  if (shares.length === 0) throw invalid(`The builder ${builder.name} has no node.`);
  const folders = new Map([['context', resolve(request.project)]]);
  const contexts = contextAttrs(request, folders);
  const cacheImports = settings.cacheFrom.map((text) => cacheLocation(text, 'from'));
  const cacheExports = settings.cacheTo.map((text) => cacheLocation(text, 'to'));
  if (isGoTrue(valueOf(settings.buildArgs, 'BUILDKIT_INLINE_CACHE')))
    cacheExports.push({ type: 'inline', attrs: {} });

  const several = shares.length > 1;
  const parts = shares.map(({ node, platforms: own }, index): BuildPart => {
    const partPath = several ? `${outputPath}.manifold-part${index + 1}` : outputPath;
    const exporter = exporterOf(settings, references, { node, outputPath, partPath, several });
    const { frontend, attrs } = frontendOf(settings, node);
    attrs['filename'] = basename(request.dockerfile);
    if (own.length > 0) attrs['platform'] = own.join(',');
    // Makes each part an index, of one platform too, and gives it a folder of its own in folders and tar archives.
    if (several) attrs['multi-platform'] = 'true';
    Object.assign(attrs, contexts);
    // A frontend takes cache imports from its attributes; the solve request's own field is for builds without one.
    if (cacheImports.length > 0) {
      attrs['cache-imports'] = JSON.stringify(
        cacheImports.map(({ type, attrs }) => ({ Type: type, Attrs: attrs })),
      );
    }
    return {
      node: node.name,
      platforms: own,
      solve: {
        frontend,
        frontendAttrs: attrs,
        exporters: exporter === undefined ? [] : [exporter.exporter],
        cacheImports,
        cacheExports,
      },
      ...(exporter?.target === undefined ? {} : { target: exporter.target }),
      ...(settings.output.type === 'push' && enginePushes(node) ? { enginePush: references } : {}),
    };
  });
  const assembly = several ? assemblyOf(settings, outputPath) : undefined;
  return {
    platforms: platforms.length > 0 ? platforms : [ownPlatform(builder.nodes) ?? machinePlatform()],
    parts,
    ...(assembly === undefined ? {} : { assembly }),
    folders,
    references: ['push', 'load'].includes(settings.output.type) ? references : [],
    sharedKey: sharedKeyOf(request.project),
  };
}

/** Frontend attributes for the named contexts; adds the folders among them to `folders`. */
function contextAttrs(
  { settings, project }: BuildRequest,
  folders: Map<string, string>,
): Record<string, string> {
  const attrs: Record<string, string> = {};
  for (const { name: typedName, value } of settings.buildContexts) {
    const name = contextName(typedName);
    const context = parseNamedContext(value, project);
    if (context.kind === 'unsupported') throw invalid(context.reason);
    attrs['frontend.caps'] = 'moby.buildkit.frontend.contexts+forward';
    if (context.kind === 'remote') {
      attrs[`context:${name}`] = context.source;
      continue;
    }
    const local = name === 'context' || name === dockerfileContext ? `_${name}` : name;
    folders.set(local, context.path);
    attrs[`context:${name}`] = `local:${local}`;
    attrs[`sharedkey:localdir:${name}`] = sharedKeyOf(context.path);
  }
  return attrs;
}

function frontendOf(
  settings: BuildSettings,
  node: BuilderNode,
): { frontend: string; attrs: Record<string, string> } {
  const attrs: Record<string, string> = {};
  let frontend = 'dockerfile.v0';
  const syntax = valueOf(settings.buildArgs, 'BUILDKIT_SYNTAX')?.trim();
  if (syntax !== undefined && syntax !== '') {
    frontend = 'gateway.v0';
    attrs['source'] = syntax.split(' ')[0] ?? '';
    attrs['cmdline'] = syntax;
  }
  if (isGoTrue(valueOf(settings.buildArgs, 'BUILDKIT_MULTI_PLATFORM'))) attrs['multi-platform'] = 'true';
  if (settings.target !== '') attrs['target'] = settings.target;
  if (settings.noCache) attrs['no-cache'] = '';
  if (settings.pull) attrs['image-resolve-mode'] = 'pull';
  // buildx's default: the smallest provenance, and only where the output and the node's store can carry it.
  if (settings.provenance && node.features?.multiPlatform !== false)
    attrs['attest:provenance'] = 'mode=min,inline-only=true';
  if (settings.sbom) attrs['attest:sbom'] = '';
  for (const { name, value } of settings.buildArgs) attrs[`build-arg:${name}`] = value;
  for (const { name, value } of settings.labels) attrs[`label:${name}`] = value;
  return { frontend, attrs };
}

interface ExportPlace {
  node: BuilderNode;
  outputPath: string;
  /** Where a part's archive goes: the output itself when there is one part only. */
  partPath: string;
  several: boolean;
}

function exporterOf(
  { output }: BuildSettings,
  references: readonly string[],
  { node, outputPath, partPath, several }: ExportPlace,
): { exporter: Exporter; target?: PartTarget } | undefined {
  const name: Record<string, string> = references.length === 0 ? {} : { name: references.join(',') };
  const { features } = node;
  // A Docker Engine's own exporter; the plain one would not put the image among the engine's.
  const image = features?.load === 'store' ? 'moby' : 'image';
  switch (output.type) {
    case 'oci':
    case 'docker':
      return { exporter: { type: output.type, attrs: name }, target: { kind: 'file', path: partPath } };
    case 'tar':
      return { exporter: { type: 'tar', attrs: {} }, target: { kind: 'file', path: partPath } };
    case 'local':
      return { exporter: { type: 'local', attrs: {} }, target: { kind: 'directory', path: outputPath } };
    case 'push': {
      if (enginePushes(node)) return { exporter: { type: 'moby', attrs: name } };
      if (!several) return { exporter: { type: image, attrs: { ...name, push: 'true' } } };
      // No tag may point to a part, so each is pushed by its digest.
      const repositories = [...new Set(references.map(repositoryOf))].join(',');
      return {
        exporter: { type: image, attrs: { name: repositories, push: 'true', 'push-by-digest': 'true' } },
      };
    }
    case 'load':
      if (features?.load === 'store') return { exporter: { type: 'moby', attrs: name } };
      if (features?.load !== 'archive') throw invalid('This builder can’t load images into a Docker Engine.');
      return {
        // An engine that takes several platforms takes OCI archives, and keeps attestations.
        exporter: { type: features.loadMultiPlatform ? 'oci' : 'docker', attrs: name },
        target: several ? { kind: 'file', path: partPath } : { kind: 'load' },
      };
    case 'cacheonly':
      return undefined;
  }
}

function assemblyOf({ output }: BuildSettings, path: string): Assembly | undefined {
  switch (output.type) {
    case 'push':
      return { kind: 'index' };
    case 'oci':
    case 'tar':
      return { kind: output.type, path };
    case 'load':
      return { kind: 'load', path: `${path}.manifold-image` };
    case 'docker':
    case 'local':
    case 'cacheonly':
      return undefined;
  }
}

function repositoryOf(reference: string): string {
  const parsed = parseReference(reference);
  if (!parsed.ok) throw invalid(`"${reference}" is no image name: ${parsed.error.message}.`);
  return repositoryName(parsed.value);
}

function canonicalPlatform(text: string): string {
  const platform = parsePlatform(text);
  if (!platform.ok) throw invalid(platform.error.message);
  return formatPlatform(platform.value);
}

function canonicalReference(text: string): string {
  const reference = parseReference(text.trim());
  if (!reference.ok) throw invalid(`"${text}" is no image name: ${reference.error.message}.`);
  return canonicalName(reference.value);
}

/** An image's name stands for the image however it is written. */
function contextName(text: string): string {
  const reference = parseReference(text);
  if (!reference.ok) throw invalid(`"${text}" is no name for a build context.`);
  return familiarName(reference.value).replace(/:latest$/, '');
}

function cacheLocation(text: string, direction: 'from' | 'to'): CacheLocation {
  const location = parseCacheLocation(text, direction);
  if (!location.ok) throw invalid(location.error);
  return location.value;
}

/** The lane's name while a builder that was not started yet has told none: it is most likely one of this machine. */
function machinePlatform(): string {
  const names: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', ia32: '386' };
  return canonicalPlatform(`linux/${names[process.arch] ?? process.arch}`);
}

/** Preflight finds these first and tells where; this is what a caller without it sees. */
function invalid(message: string): StudioError {
  return new StudioError({ code: 'invalid-request', message, hint: 'Change the build’s settings.' });
}

function valueOf(values: BuildSettings['buildArgs'], name: string): string | undefined {
  return values.findLast((entry) => entry.name === name)?.value;
}

/** The folder's name for people who look at the daemon's cache, and what tells it from others of that name. */
function sharedKeyOf(folder: string): string {
  const path = resolve(folder);
  const identity = createHash('sha256').update(`${hostname()}\0${path}`).digest('hex').slice(0, 16);
  return `${basename(path)}:${identity}`;
}
