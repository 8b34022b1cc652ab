/**
 * What the Dockerfile language consists of: instructions, their flags and the values that those take. The facts are
 * those of BuildKit's frontend (frontend/dockerfile/instructions); the words about them are the page's.
 */

import type { AutomaticArg } from '../automaticArgs';

export const instructionNames = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
] as const;
export type InstructionName = (typeof instructionNames)[number];

export function isInstructionName(word: string): word is InstructionName {
  return (instructionNames as readonly string[]).includes(word);
}

/** Those that ONBUILD refuses. */
export const noTriggers: readonly InstructionName[] = ['FROM', 'MAINTAINER', 'ONBUILD'];

interface FlagDefinition {
  /** Without `--`. */
  readonly name: string;
  /** `switch`: may stand without a value, which then means true. */
  readonly takes: 'switch' | 'value';
  readonly repeats?: true;
  /** Values worth offering; a value may be anything else unless the page knows better. */
  readonly values?: readonly string[];
}

const chown = { name: 'chown', takes: 'value' } as const;
const chmod = { name: 'chmod', takes: 'value', values: ['0644', '0755', '0600', 'u=rwX,go=rX'] } as const;
const link = { name: 'link', takes: 'switch', values: ['true', 'false'] } as const;
const exclude = { name: 'exclude', takes: 'value', repeats: true } as const;
const spans = ['5s', '30s', '1m', '5m'] as const;

/** The flags of every instruction that has some. */
export const flagTable = {
  FROM: [{ name: 'platform', takes: 'value' }],
  RUN: [
    { name: 'mount', takes: 'value', repeats: true },
    { name: 'network', takes: 'value', values: ['default', 'none', 'host'] },
    { name: 'security', takes: 'value', values: ['sandbox', 'insecure'] },
    { name: 'device', takes: 'value', repeats: true },
  ],
  COPY: [
    { name: 'from', takes: 'value' },
    chown,
    chmod,
    link,
    { name: 'parents', takes: 'switch', values: ['true', 'false'] },
    exclude,
  ],
  ADD: [
    chown,
    chmod,
    link,
    { name: 'checksum', takes: 'value', values: ['sha256:'] },
    { name: 'keep-git-dir', takes: 'switch', values: ['true', 'false'] },
    { name: 'unpack', takes: 'switch', values: ['true', 'false'] },
    exclude,
  ],
  HEALTHCHECK: [
    { name: 'interval', takes: 'value', values: spans },
    { name: 'timeout', takes: 'value', values: spans },
    { name: 'start-period', takes: 'value', values: spans },
    { name: 'start-interval', takes: 'value', values: spans },
    { name: 'retries', takes: 'value', values: ['1', '3', '5'] },
  ],
} as const satisfies Partial<Record<InstructionName, readonly FlagDefinition[]>>;

/** `RUN --mount`, `COPY --from` and so on. */
export type FlagTopic = {
  [I in keyof typeof flagTable]: `${I} --${(typeof flagTable)[I][number]['name']}`;
}[keyof typeof flagTable];

/** The flags of an instruction, none if it has none. */
export function flagsOf(keyword: string): readonly FlagDefinition[] {
  return Object.hasOwn(flagTable, keyword) ? flagTable[keyword as keyof typeof flagTable] : [];
}

export const mountTypes = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'] as const;
export type MountType = (typeof mountTypes)[number];

const fileKeys = ['mode', 'uid', 'gid'] as const;
/** The keys that make sense for each type of mount, the usual ones first. */
export const mountKeys = {
  bind: ['target', 'source', 'from', 'rw'],
  cache: ['target', 'id', 'sharing', 'from', 'source', 'ro', ...fileKeys],
  tmpfs: ['target', 'size'],
  secret: ['id', 'target', 'env', 'required', ...fileKeys],
  ssh: ['id', 'target', 'required', ...fileKeys],
} as const satisfies Record<MountType, readonly string[]>;
export type MountKey = (typeof mountKeys)[MountType][number] | 'type';

/** Other spellings of a key. */
export const mountKeyAliases: Readonly<Record<string, MountKey>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  readonly: 'ro',
  readwrite: 'rw',
};

/** Keys that may stand without a value. */
export const mountSwitches: readonly string[] = ['ro', 'rw', 'readonly', 'readwrite', 'required'];

export const sharingModes = ['shared', 'private', 'locked'] as const;
export const deviceKeys = ['name', 'required'] as const;

export const directiveNames = ['syntax', 'escape', 'check'] as const;
export type DirectiveName = (typeof directiveNames)[number];

/** The names of the checks that `# check=skip=` takes, as BuildKit documents them. */
export const checkNames = [
  'ConsistentInstructionCasing',
  'CopyIgnoredFile',
  'DuplicateStageName',
  'ExposeInvalidFormat',
  'ExposeProtoCasing',
  'FromAsCasing',
  'FromPlatformFlagConstDisallowed',
  'InvalidDefaultArgInFrom',
  'InvalidDefinitionDescription',
  'JSONArgsRecommended',
  'LegacyKeyValueFormat',
  'MaintainerDeprecated',
  'MultipleInstructionsDisallowed',
  'NoEmptyContinuation',
  'RedundantTargetPlatform',
  'ReservedStageName',
  'SecretsUsedInArgOrEnv',
  'StageNameCasing',
  'UndefinedArgInFrom',
  'UndefinedVar',
  'WorkdirRelativePath',
] as const;

/** Build arguments that RUN sees without an ARG. */
export const proxyArgs = [
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'FTP_PROXY',
  'ftp_proxy',
  'NO_PROXY',
  'no_proxy',
  'ALL_PROXY',
  'all_proxy',
] as const;

export const platformValues = [
  'linux/amd64',
  'linux/arm64',
  'linux/arm/v7',
  'linux/arm/v6',
  'linux/386',
  'linux/ppc64le',
  'linux/s390x',
  'linux/riscv64',
  'linux/loong64',
  'windows/amd64',
] as const;

export const stopSignals = [
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
  'SIGHUP',
  'SIGKILL',
  'SIGUSR1',
  'SIGUSR2',
  'SIGWINCH',
] as const;

export const shells = ['["/bin/sh", "-c"]', '["/bin/bash", "-o", "pipefail", "-c"]'] as const;

const oci = 'org.opencontainers.image';
/** The annotation keys that the OCI image specification defines, as labels use them. */
export const labelKeys = (
  'title description source url documentation version revision created authors vendor licenses ref.name ' +
  'base.name base.digest'
)
  .split(' ')
  .map((key) => `${oci}.${key}`);

/** Values with a meaning of their own. */
export type ValueTopic =
  | `network ${'default' | 'none' | 'host'}`
  | `security ${'sandbox' | 'insecure'}`
  | `sharing ${(typeof sharingModes)[number]}`
  | `check ${'skip' | 'error' | 'experimental'}`
  | `base ${'scratch'}`;

/** The snippets, by the name of their documentation. */
export type SnippetName =
  | 'cross-compile'
  | 'multi-stage'
  | 'cache-apt'
  | 'cache-go'
  | 'cache-npm'
  | 'cache-pip'
  | 'secret'
  | 'ssh'
  | 'heredoc-run'
  | 'heredoc-copy';

/** What the page has words about. */
export type Topic =
  | `instruction/${InstructionName}`
  | `flag/${FlagTopic}`
  | `mount/${MountType}`
  | `mountKey/${MountKey}`
  | `directive/${DirectiveName}`
  | `automatic/${AutomaticArg}`
  | 'proxy'
  | `value/${ValueTopic}`
  | `snippet/${SnippetName}`;

/** The topic of a flag, if it is one that the instruction has. */
export function flagTopic(keyword: string, flag: string): Topic | undefined {
  return flagsOf(keyword).some(({ name }) => name === flag)
    ? (`flag/${keyword} --${flag}` as `flag/${FlagTopic}`)
    : undefined;
}
