import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { basename, resolve } from 'node:path';
import type { Builder, BuildRequest, BuildSettings } from '../../shared/contract';
import { StudioError } from '../../shared/contract';
import { formatPlatform, parsePlatform } from '../../shared/model/platform';
import { canonicalName, familiarName, parseReference } from '../../shared/model/reference';
import type { CacheLocation, Exporter, SolveRequest } from '../buildkit';
import type { ExportTarget } from '../buildkit/filesync';
import { parseCacheLocation } from './cacheLocation';
import { parseNamedContext } from './namedContext';

/** What one node is asked to build. */
export interface BuildPart {
  node: string;
  /** Canonical; empty when the node's own platform is built. */
  platforms: string[];
  solve: SolveRequest;
  /** Where the exporter's files go on this machine; absent when it sends none. */
  target?: ExportTarget;
}

/** A build, taken apart before anything is sent. */
export interface BuildPlan {
  /** The lanes: the platforms asked for, or the node's own. */
  platforms: string[];
  parts: BuildPart[];
  /** Absolute paths of the folders that the daemon may read, by the name it asks with. `dockerfile` is not among them. */
  folders: ReadonlyMap<string, string>;
  /** What is pushed, in canonical form. */
  references: string[];
  /** Makes the daemon send only what changed since the last build of this folder from this machine. */
  sharedKey: string;
}

/** The name by which the daemon asks for the Dockerfile, which comes from the screen and not from the disk. */
export const dockerfileContext = 'dockerfile';

/**
 * Translates a request into BuildKit's terms, as buildx does (build/opt.go, `toSolveOpt`). The request must have
 * passed preflight.
 *
 * @param outputPath absolute path of the archive or folder that the build writes; unused by outputs that write none
 */
export function planBuild(request: BuildRequest, builder: Builder, outputPath: string): BuildPlan {
  const { settings } = request;
  const node = builder.nodes[0];
  if (node === undefined) throw invalid(`The builder ${builder.name} has no node.`);
  const platforms = [...new Set(settings.platforms.map(canonicalPlatform))];
  const references = settings.tags.map(canonicalReference);
  const exporter = exporterOf(settings, references, outputPath);
  const { frontend, attrs } = frontendOf(settings);
  const folders = new Map([['context', resolve(request.project)]]);

  attrs['filename'] = basename(request.dockerfile);
  if (platforms.length > 0) attrs['platform'] = platforms.join(',');
  for (const { name: typedName, value } of settings.buildContexts) {
    const name = contextName(typedName);
    const context = parseNamedContext(value, request.project);
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

  const cacheImports = settings.cacheFrom.map((text) => cacheLocation(text, 'from'));
  const cacheExports = settings.cacheTo.map((text) => cacheLocation(text, 'to'));
  if (isTrue(valueOf(settings.buildArgs, 'BUILDKIT_INLINE_CACHE')))
    cacheExports.push({ type: 'inline', attrs: {} });
  // A frontend takes cache imports from its attributes; the solve request's own field is for builds without one.
  if (cacheImports.length > 0) {
    attrs['cache-imports'] = JSON.stringify(
      cacheImports.map(({ type, attrs }) => ({ Type: type, Attrs: attrs })),
    );
  }

  const solve: SolveRequest = {
    frontend,
    frontendAttrs: attrs,
    exporters: exporter === undefined ? [] : [exporter.exporter],
    cacheImports,
    cacheExports,
  };
  return {
    platforms: platforms.length > 0 ? platforms : [node.platforms[0]?.platform ?? machinePlatform()],
    parts: [
      {
        node: node.name,
        platforms,
        solve,
        ...(exporter?.target === undefined ? {} : { target: exporter.target }),
      },
    ],
    folders,
    references: settings.output.type === 'push' ? references : [],
    sharedKey: sharedKeyOf(request.project),
  };
}

function frontendOf(settings: BuildSettings): { frontend: string; attrs: Record<string, string> } {
  const attrs: Record<string, string> = {};
  let frontend = 'dockerfile.v0';
  const syntax = valueOf(settings.buildArgs, 'BUILDKIT_SYNTAX')?.trim();
  if (syntax !== undefined && syntax !== '') {
    frontend = 'gateway.v0';
    attrs['source'] = syntax.split(' ')[0] ?? '';
    attrs['cmdline'] = syntax;
  }
  if (isTrue(valueOf(settings.buildArgs, 'BUILDKIT_MULTI_PLATFORM'))) attrs['multi-platform'] = 'true';
  if (settings.target !== '') attrs['target'] = settings.target;
  if (settings.noCache) attrs['no-cache'] = '';
  if (settings.pull) attrs['image-resolve-mode'] = 'pull';
  // buildx's default: the smallest provenance, and only where the output can carry it.
  if (settings.provenance) attrs['attest:provenance'] = 'mode=min,inline-only=true';
  if (settings.sbom) attrs['attest:sbom'] = '';
  for (const { name, value } of settings.buildArgs) attrs[`build-arg:${name}`] = value;
  for (const { name, value } of settings.labels) attrs[`label:${name}`] = value;
  return { frontend, attrs };
}

function exporterOf(
  { output }: BuildSettings,
  references: readonly string[],
  outputPath: string,
): { exporter: Exporter; target?: ExportTarget } | undefined {
  const name: Record<string, string> = references.length === 0 ? {} : { name: references.join(',') };
  switch (output.type) {
    case 'oci':
    case 'docker':
      return { exporter: { type: output.type, attrs: name }, target: { kind: 'file', path: outputPath } };
    case 'tar':
      return { exporter: { type: 'tar', attrs: {} }, target: { kind: 'file', path: outputPath } };
    case 'local':
      return { exporter: { type: 'local', attrs: {} }, target: { kind: 'directory', path: outputPath } };
    case 'push':
      return { exporter: { type: 'image', attrs: { ...name, push: 'true' } } };
    case 'load':
      throw invalid('This builder can’t load images into a Docker Engine.');
    case 'cacheonly':
      return undefined;
  }
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

/** As Go's strconv.ParseBool reads it. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value);
}

/** The folder's name for people who look at the daemon's cache, and what tells it from others of that name. */
function sharedKeyOf(folder: string): string {
  const path = resolve(folder);
  const identity = createHash('sha256').update(`${hostname()}\0${path}`).digest('hex').slice(0, 16);
  return `${basename(path)}:${identity}`;
}
