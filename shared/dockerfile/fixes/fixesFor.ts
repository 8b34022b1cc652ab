import { lowercaseStageName, matchAsKeyword, recaseInstruction } from './casing';
import { describeDefinition } from './descriptions';
import {
  absoluteWorkdir,
  jsonArguments,
  labelAuthors,
  removeEmptyLines,
  removeInstruction,
} from './instructions';
import { keyEqualsValue } from './keyValue';
import { removePlatform, replaceConstPlatform } from './platformFlag';
import { containerPortOnly, lowercaseProtocol } from './ports';
import type { SourceText } from './sourceText';
import { renameDuplicate, renameReserved } from './stages';
import type { Fix, Violation } from './types';
import { defaultTag, nearestArgument, nearestVariable } from './variables';

/**
 * The rules that can be fixed by editing alone. Missing are those where somebody has to decide: CopyIgnoredFile,
 * SecretsUsedInArgOrEnv and InvalidBaseImagePlatform.
 */
const fixers: Readonly<Record<string, (source: SourceText, violation: Violation) => Fix[]>> = {
  StageNameCasing: lowercaseStageName,
  FromAsCasing: matchAsKeyword,
  ConsistentInstructionCasing: recaseInstruction,
  DuplicateStageName: renameDuplicate,
  ReservedStageName: renameReserved,
  JSONArgsRecommended: jsonArguments,
  LegacyKeyValueFormat: keyEqualsValue,
  MaintainerDeprecated: labelAuthors,
  MultipleInstructionsDisallowed: removeInstruction,
  NoEmptyContinuation: removeEmptyLines,
  RedundantTargetPlatform: removePlatform,
  FromPlatformFlagConstDisallowed: replaceConstPlatform,
  WorkdirRelativePath: absoluteWorkdir,
  UndefinedArgInFrom: nearestArgument,
  UndefinedVar: nearestVariable,
  InvalidDefaultArgInFrom: defaultTag,
  ExposeProtoCasing: lowercaseProtocol,
  ExposeInvalidFormat: containerPortOnly,
  InvalidDefinitionDescription: describeDefinition,
};

/** The ways to fix a violation, the likeliest first; none where no edit is surely right. */
export function fixesFor(source: SourceText, violation: Violation): Fix[] {
  if (!Object.hasOwn(fixers, violation.rule)) return [];
  return fixers[violation.rule]?.(source, violation) ?? [];
}
