import { isAbsolute } from 'node:path';
import type { Builder, BuildRequest, BuildSettings, PreflightFinding } from '../../shared/contract';
import { parseDockerfile, targetNames } from '../../shared/dockerfile';
import { assignPlatforms, canonicalPlatform } from '../../shared/model/nodeAssignment';
import { parsePlatform } from '../../shared/model/platform';
import { familiarName, parseReference } from '../../shared/model/reference';
import { parseCacheLocation } from './cacheLocation';
import { checkFeatures } from './featureChecks';
import { parseNamedContext } from './namedContext';
import { nodeShares, type NodeShare } from './nodeShares';

/**
 * What would keep a build from succeeding, as far as it can be told from the request alone.
 *
 * @param builder undefined when there is none of the request's name
 */
export function preflight(request: BuildRequest, builder: Builder | undefined): PreflightFinding[] {
  const { settings } = request;
  const platforms = settings.platforms.filter((text) => parsePlatform(text).ok);
  const shares = nodeShares(builder?.nodes ?? [], platforms);
  return [
    ...checkBuilder(request, builder, shares),
    ...checkDockerfile(request),
    ...checkTarget(request),
    ...checkPlatforms(settings, builder),
    ...checkTags(settings),
    ...checkNamedValues(settings),
    ...checkContexts(request),
    ...checkCaches(settings),
    ...checkSecrets(settings),
    ...checkOutput(settings),
    ...checkFeatures(settings, shares),
  ];
}

function error(field: string, message: string, hint?: string): PreflightFinding {
  return { severity: 'error', field, message, ...(hint === undefined ? {} : { hint }) };
}

function warning(field: string, message: string, hint: string): PreflightFinding {
  return { severity: 'warning', field, message, hint };
}

function checkBuilder(
  { builder: name }: BuildRequest,
  builder: Builder | undefined,
  shares: readonly NodeShare[],
): PreflightFinding[] {
  if (builder === undefined)
    return [error('builder', `There is no builder named ${name}.`, 'Choose another builder.')];
  if (shares.length === 0)
    return [error('builder', `The builder ${name} has no node.`, 'Choose another builder.')];
  return shares
    .filter(({ node }) => node.status === 'unreachable')
    .map(({ node }) =>
      warning(
        'builder',
        node.error?.message ?? `The node ${node.name} of the builder ${name} can’t be reached.`,
        node.error?.hint ?? 'Choose another builder.',
      ),
    );
}

function checkDockerfile({ dockerfileText }: BuildRequest): PreflightFinding[] {
  const instructions = dockerfileText
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  if (instructions.length === 0) {
    return [
      error(
        'dockerfile',
        'The Dockerfile has no instructions.',
        'Begin with FROM and the name of a base image.',
      ),
    ];
  }
  return [];
}

/** Only what BuildKit's own Dockerfile frontend does is known; another one may have other targets. */
function checkTarget({ dockerfileText, settings: { target } }: BuildRequest): PreflightFinding[] {
  if (target === '') return [];
  const dockerfile = parseDockerfile(dockerfileText);
  const frontend = dockerfile.directives.syntax;
  if (frontend !== undefined && !/^(?:docker\.io\/)?docker\/dockerfile(?:[:@]|$)/.test(frontend)) return [];
  const names = targetNames(dockerfile);
  if (names.some((name) => name.toLowerCase() === target.toLowerCase())) return [];
  const hint =
    names.length === 0
      ? 'Name a stage with FROM … AS name, or choose no target.'
      : `Its stages are ${names.join(', ')}.`;
  return [error('target', `The Dockerfile has no stage named ${target}.`, hint)];
}

function checkPlatforms({ platforms }: BuildSettings, builder: Builder | undefined): PreflightFinding[] {
  return platforms.flatMap((text) => {
    const platform = parsePlatform(text);
    if (!platform.ok) return [error('platforms', platform.error.message)];
    const [assigned] = assignPlatforms(builder?.nodes ?? [], [text]);
    if (assigned?.obstacle !== 'unsupported') return [];
    return [
      warning(
        'platforms',
        `The builder ${builder?.name} can’t run ${assigned.platform}: RUN steps for it will fail.`,
        'Install emulation on the builder’s machine (Debian and Ubuntu: sudo apt install qemu-user-static binfmt-support) and restart the builder, or cross-compile with FROM --platform=$BUILDPLATFORM.',
      ),
    ];
  });
}

function checkTags({ tags, output }: BuildSettings): PreflightFinding[] {
  const findings: PreflightFinding[] = [];
  for (const tag of tags) {
    const reference = parseReference(tag.trim());
    if (!reference.ok) {
      findings.push(
        error(
          'tags',
          `"${tag}" is no image name: ${reference.error.message}.`,
          'Write it like registry.example/team/app:1.0.',
        ),
      );
    } else if (reference.value.digest !== undefined) {
      findings.push(
        error(
          'tags',
          `"${tag}" names a digest, which the build decides.`,
          `Write ${familiarName(withoutDigest(reference.value))}.`,
        ),
      );
    }
  }
  if (output.type === 'push' && tags.length === 0) {
    findings.push(
      error(
        'tags',
        'A push needs to know where to: there is no tag.',
        'Add a tag such as registry.example/team/app:1.0.',
      ),
    );
  }
  return findings;
}

function withoutDigest<T extends { digest?: string }>({ digest: _digest, ...rest }: T): Omit<T, 'digest'> {
  return rest;
}

function checkNamedValues({ buildArgs, labels }: BuildSettings): PreflightFinding[] {
  const findings: PreflightFinding[] = [];
  for (const { name } of buildArgs) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      const message =
        name === '' ? 'A build argument has no name.' : `"${name}" is no name for a build argument.`;
      findings.push(
        error('buildArgs', message, 'Names have letters, digits and "_", and begin with no digit.'),
      );
    }
  }
  const syntax = buildArgs.findLast(({ name }) => name === 'BUILDKIT_SYNTAX');
  if (syntax?.value.trim() === '') {
    findings.push(error('buildArgs', 'BUILDKIT_SYNTAX is empty.', 'Give it a frontend image, or remove it.'));
  }
  for (const { name } of labels) {
    if (name.trim() === '')
      findings.push(error('labels', 'A label has no name.', 'Write it like org.opencontainers.image.title.'));
  }
  return findings;
}

function checkContexts({ settings: { buildContexts }, project }: BuildRequest): PreflightFinding[] {
  const findings: PreflightFinding[] = [];
  for (const { name, value } of buildContexts) {
    if (!parseReference(name).ok) {
      findings.push(
        error(
          'buildContexts',
          `"${name}" is no name for a build context.`,
          'Use lower-case letters, digits, "-", "_" and ".".',
        ),
      );
    }
    if (value.trim() === '') {
      findings.push(
        error(
          'buildContexts',
          `The build context ${name} has no source.`,
          'Give a folder, an image as docker-image://…, or a URL.',
        ),
      );
      continue;
    }
    const context = parseNamedContext(value, project);
    if (context.kind === 'unsupported')
      findings.push(error('buildContexts', context.reason, 'Use a folder, an image or a URL.'));
  }
  return findings;
}

function checkCaches({ cacheFrom, cacheTo }: BuildSettings): PreflightFinding[] {
  const check = (field: 'cacheFrom' | 'cacheTo', texts: readonly string[]): PreflightFinding[] =>
    texts.flatMap((text) => {
      const location = parseCacheLocation(text, field === 'cacheFrom' ? 'from' : 'to');
      return location.ok
        ? []
        : [error(field, location.error, 'Write it like type=registry,ref=registry.example/team/app:cache.')];
    });
  return [...check('cacheFrom', cacheFrom), ...check('cacheTo', cacheTo)];
}

function checkSecrets({ secrets, ssh }: BuildSettings): PreflightFinding[] {
  const findings: PreflightFinding[] = [];
  const ids = new Set<string>();
  for (const { id, source } of secrets) {
    if (id === '')
      findings.push(error('secrets', 'A secret has no id.', 'Give the id that the Dockerfile asks for.'));
    if (ids.has(id))
      findings.push(error('secrets', `There are two secrets with the id ${id}.`, 'Keep one of them.'));
    ids.add(id);
    if (source.type === 'file' && !isAbsolute(source.path)) {
      findings.push(error('secrets', `The secret ${id} has no file.`, 'Choose its file.'));
    }
    if (source.type === 'env' && source.name === '') {
      findings.push(
        error('secrets', `The secret ${id} names no environment variable.`, 'Type the variable’s name.'),
      );
    }
  }
  for (const { id, socket } of ssh) {
    if (!isAbsolute(socket)) {
      findings.push(
        error(
          'ssh',
          `The SSH agent ${id || 'default'} has no socket.`,
          'Give the socket’s path, such as the value of SSH_AUTH_SOCK.',
        ),
      );
    }
  }
  return findings;
}

function checkOutput({ output, platforms }: BuildSettings): PreflightFinding[] {
  switch (output.type) {
    case 'local':
      return isAbsolute(output.path)
        ? []
        : [error('output', 'There is no folder to write to.', 'Choose a folder.')];
    case 'docker':
      if (new Set(platforms.map(canonicalPlatform)).size > 1) {
        return [
          error(
            'output',
            'A Docker archive holds one platform only.',
            'Choose one platform, or the OCI archive.',
          ),
        ];
      }
      return relativePath(output.path);
    case 'oci':
    case 'tar':
      return relativePath(output.path);
    case 'load':
    case 'push':
    case 'cacheonly':
      return [];
  }
}

function relativePath(path: string | undefined): PreflightFinding[] {
  if (path === undefined || isAbsolute(path)) return [];
  return [
    error(
      'output',
      `"${path}" is no absolute path.`,
      'Choose a file, or leave it empty for Manifold’s own folder.',
    ),
  ];
}
