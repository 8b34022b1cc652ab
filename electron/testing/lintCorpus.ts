/** A Dockerfile that violates one rule at one place. */
export interface LintSample {
  rule: string;
  /** What is odd about it. */
  what: string;
  text: string;
  /** Where its mark begins; 1-based. */
  line: number;
  /** No edit is surely right here. */
  unfixable?: true;
}

const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
const bom = '\uFEFF';
const experimental = '# check=experimental=all\n';

/** At least one sample for each rule, and the odd ones: continuations, other escapes, line ends, quotes. */
export const lintCorpus: readonly LintSample[] = [
  { rule: 'StageNameCasing', what: 'plain', text: 'FROM scratch AS Base\n', line: 1 },
  {
    rule: 'StageNameCasing',
    what: 'CRLF, BOM, continued, with uses',
    text: crlf(
      `${bom}FROM busybox \\\n  AS \\\n  BaseImage\nFROM scratch\nCOPY --from=BaseImage /bin/sh /\n`,
    ),
    line: 3,
  },
  { rule: 'FromAsCasing', what: 'upper', text: 'FROM scratch as base\n', line: 1 },
  { rule: 'FromAsCasing', what: 'lower', text: 'from --platform=$BUILDPLATFORM scratch AS base\n', line: 1 },
  { rule: 'FromAsCasing', what: 'mixed', text: 'FROM scratch As base\n', line: 1 },
  {
    rule: 'ConsistentInstructionCasing',
    what: 'a lower one',
    text: 'FROM busybox\nRUN true\nworkdir /a\nENV A=b\n',
    line: 3,
  },
  {
    rule: 'ConsistentInstructionCasing',
    what: 'From and as',
    text: 'From busybox as base\nrun true\nworkdir /a\n',
    line: 1,
  },
  {
    rule: 'ConsistentInstructionCasing',
    what: 'with a heredoc',
    text: 'FROM busybox\nENV A=b\nWORKDIR /x\nrUN <<EOF\necho a\nEOF\n',
    line: 4,
  },
  {
    rule: 'DuplicateStageName',
    what: 'used behind',
    text: 'FROM busybox AS a\nRUN true\nFROM scratch AS a\nCOPY Dockerfile /x\nFROM a AS b\nCOPY --from=a /x /y\nRUN --mount=type=bind,from=a,target=/m ["/y"]\n',
    line: 3,
  },
  {
    rule: 'DuplicateStageName',
    what: 'three of them',
    text: 'FROM busybox AS a\nFROM scratch AS a-2\nFROM scratch AS A\n',
    line: 3,
  },
  { rule: 'ReservedStageName', what: 'scratch', text: 'FROM busybox AS scratch\n', line: 1 },
  {
    rule: 'ReservedStageName',
    what: 'context, used',
    text: 'FROM busybox AS context\nRUN true\nFROM busybox\nCOPY --from=context /bin/sh /x\n',
    line: 1,
  },
  { rule: 'JSONArgsRecommended', what: 'words', text: 'FROM busybox\nCMD echo hello\n', line: 2 },
  {
    rule: 'JSONArgsRecommended',
    what: 'quotes',
    text: `FROM busybox\nENTRYPOINT echo "a b" 'c $d' e\\\n f\n`,
    line: 2,
  },
  {
    rule: 'JSONArgsRecommended',
    what: 'needs a shell',
    text: 'FROM busybox\nCMD echo $HOME && ls\n',
    line: 2,
  },
  {
    rule: 'LegacyKeyValueFormat',
    what: 'one word',
    text: 'FROM busybox\nENV name value\n',
    line: 2,
  },
  {
    rule: 'LegacyKeyValueFormat',
    what: 'several words',
    text: 'FROM busybox\nLABEL name some  long value\n',
    line: 2,
  },
  {
    rule: 'LegacyKeyValueFormat',
    what: 'quotes and escapes',
    text: 'FROM busybox\nENV name "a b" c\\ d \'e f\'\n',
    line: 2,
  },
  {
    rule: 'LegacyKeyValueFormat',
    what: 'continued, CRLF, another escape',
    text: crlf('# escape=`\nFROM busybox\nENV name a `\n  # comment\n  b\n'),
    line: 3,
  },
  { rule: 'MaintainerDeprecated', what: 'plain', text: 'FROM busybox\nMAINTAINER me@example.com\n', line: 2 },
  {
    rule: 'MaintainerDeprecated',
    what: 'signs',
    text: 'FROM busybox\nmaintainer "Me" \\o/ $me <me@example.com>\nrun true\nrun true\n',
    line: 2,
  },
  {
    rule: 'MultipleInstructionsDisallowed',
    what: 'CMD',
    text: 'FROM busybox\nCMD ["a"]\nRUN true\nCMD ["b"]\n',
    line: 2,
  },
  {
    rule: 'MultipleInstructionsDisallowed',
    what: 'HEALTHCHECK, continued',
    text: crlf('FROM busybox\nHEALTHCHECK \\\n CMD true\nHEALTHCHECK NONE\n'),
    line: 2,
  },
  {
    rule: 'NoEmptyContinuation',
    what: 'two lines',
    text: 'FROM busybox\nRUN true \\\n\n  && true \\\n   \n  && true\n',
    line: 6,
  },
  {
    rule: 'NoEmptyContinuation',
    what: 'CRLF and a comment',
    text: crlf('FROM busybox\nRUN true \\\n# note\n\n  && true\nRUN true\n'),
    line: 5,
  },
  {
    rule: 'RedundantTargetPlatform',
    what: 'plain',
    text: 'FROM --platform=$TARGETPLATFORM busybox\n',
    line: 1,
  },
  {
    rule: 'RedundantTargetPlatform',
    what: 'continued',
    text: 'FROM \\\n  --platform=${TARGETPLATFORM} \\\n  busybox\n',
    line: 2,
  },
  {
    rule: 'FromPlatformFlagConstDisallowed',
    what: 'plain',
    text: 'FROM --platform=linux/amd64 busybox AS build\nRUN true\n',
    line: 1,
  },
  { rule: 'WorkdirRelativePath', what: 'plain', text: 'FROM busybox\nWORKDIR app\n', line: 2 },
  { rule: 'WorkdirRelativePath', what: 'dots', text: 'FROM busybox\nWORKDIR ../app/x\n', line: 2 },
  { rule: 'WorkdirRelativePath', what: 'here', text: 'FROM busybox\nWORKDIR .\n', line: 2 },
  { rule: 'WorkdirRelativePath', what: 'quoted', text: 'FROM busybox\nWORKDIR "my app"\n', line: 2 },
  {
    rule: 'UndefinedArgInFrom',
    what: 'nearest',
    text: 'ARG VERSION=latest\nFROM busybox:${VERSIO}\n',
    line: 2,
  },
  {
    rule: 'UndefinedArgInFrom',
    what: 'in the platform',
    text: 'FROM --platform=$BULDPLATFORM busybox AS a\n',
    line: 1,
  },
  {
    rule: 'UndefinedArgInFrom',
    what: 'nothing near',
    text: 'FROM busybox${SOMETHING}\n',
    line: 1,
    unfixable: true,
  },
  {
    rule: 'UndefinedVar',
    what: 'nearest',
    text: 'FROM busybox\nENV VERSION=1\nWORKDIR /a/$VERSIO/${VERSIO}/\\$VERSIO\n',
    line: 3,
  },
  {
    rule: 'UndefinedVar',
    what: 'declared before the first FROM',
    text: crlf('ARG RELEASE=1\nFROM busybox\n  LABEL release=$RELEASE\n'),
    line: 3,
  },
  {
    rule: 'InvalidDefaultArgInFrom',
    what: 'tag',
    text: 'ARG TAG\nFROM busybox:${TAG}\n',
    line: 2,
  },
  {
    rule: 'InvalidDefaultArgInFrom',
    what: 'unbraced',
    text: 'ARG TAG\nFROM --platform=$BUILDPLATFORM busybox:$TAG AS a\n',
    line: 2,
  },
  {
    rule: 'InvalidDefaultArgInFrom',
    what: 'whole',
    text: 'ARG IMAGE\nFROM ${IMAGE}\n',
    line: 2,
    unfixable: true,
  },
  { rule: 'ExposeProtoCasing', what: 'two', text: 'FROM busybox\nEXPOSE 80/TCP 81/udp\n', line: 2 },
  {
    rule: 'ExposeInvalidFormat',
    what: 'address',
    text: 'FROM busybox\nEXPOSE 127.0.0.1:80:8080/tcp\n',
    line: 2,
  },
  { rule: 'ExposeInvalidFormat', what: 'host port', text: 'FROM busybox\nEXPOSE 81 80:8080\n', line: 2 },
  {
    rule: 'InvalidDefinitionDescription',
    what: 'stage',
    text: `${experimental}# The base\nFROM busybox AS base\n`,
    line: 3,
  },
  {
    rule: 'InvalidDefinitionDescription',
    what: 'arg without a blank, CRLF',
    text: crlf(`${experimental}FROM busybox\n  #the version\n  ARG VERSION=1\n`),
    line: 4,
  },
  {
    rule: 'SecretsUsedInArgOrEnv',
    what: 'plain',
    text: 'FROM busybox\nENV API_KEY=x\n',
    line: 2,
    unfixable: true,
  },
  {
    rule: 'CopyIgnoredFile',
    what: 'plain',
    text: 'FROM scratch\nCOPY ignored.txt /\n',
    line: 2,
    unfixable: true,
  },
];
