export { parseDockerfile } from './parse';
export { resolveStages, variablesAt, type ResolveOptions, type StageGraph, type StageNode } from './resolve';
export type { ResolvedArg } from './resolveArgs';
export type { ContextNode, ImageNode, StageEdge, UnknownNode } from './stageGraph';
export type {
  ArgDeclaration,
  Directives,
  DockerfileSyntax,
  Instruction,
  LineRange,
  Stage,
  StageSource,
} from './syntax';
export { buildArguments, stageAtLine, targetNames } from './targets';
