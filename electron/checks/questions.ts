import { readInstructions } from '../../shared/dockerfile/instructions';
import { parsePlatform } from '../../shared/model/platform';
import type { FrontendQuestion } from '../buildkit';

/** What a frontend is asked about one platform. */
export interface PlatformQuestions {
  /** For lint, outline and targets. */
  about: FrontendQuestion;
  /** The build itself, of which nothing is run; absent where a frontend might run something. */
  conversion?: FrontendQuestion;
}

/**
 * The questions for one platform. BuildKit answers lint and outline for the daemon's own platform whatever the
 * attribute `platform` says (dockerfile/builder/build.go: `convertOpt` has no target then), so the platform goes in by
 * the arguments that stand for it, which a build may override. What depends on base images, above all whether there
 * is one for the platform, comes from the conversion to LLB, which is what a build begins with.
 *
 * @param attrs those of the build, without `platform`
 */
export function platformQuestions(
  frontend: string,
  attrs: Readonly<Record<string, string>>,
  platform: string,
  dockerfileText: string,
): PlatformQuestions {
  const about = { frontend, frontendAttrs: { ...platformArguments(platform), ...attrs, platform } };
  const conversion = { frontend, frontendAttrs: { ...attrs, platform } };
  return { about, ...(isBuiltIn(frontend, dockerfileText) && { conversion }) };
}

function platformArguments(text: string): Record<string, string> {
  const platform = parsePlatform(text);
  if (!platform.ok) return {};
  const { os, architecture, variant = '', osVersion = '' } = platform.value;
  return {
    'build-arg:TARGETPLATFORM': text,
    'build-arg:TARGETOS': os,
    'build-arg:TARGETOSVERSION': osVersion,
    'build-arg:TARGETARCH': architecture,
    'build-arg:TARGETVARIANT': variant,
  };
}

/** The daemon's own frontend runs nothing until its result is used; one from an image may do as it likes. */
function isBuiltIn(frontend: string, text: string): boolean {
  if (frontend !== 'dockerfile.v0') return false;
  const head = text.slice(0, 64 * 1024);
  const elsewhere = /^\uFEFF?(?:#![^\n]*\n)?\s*(?:\/\/[^\n]*syntax\s*=|\{)/i.test(head);
  return !elsewhere && readInstructions(head).directives.syntax === undefined;
}
