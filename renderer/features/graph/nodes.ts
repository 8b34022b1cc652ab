import type { StageStep } from '../dockerfile/stageSteps';

export interface StageCard {
  kind: 'stage';
  /** `stage:0`, as in the resolved graphs. */
  id: string;
  index: number;
  /** Its name, or `stage-N` as BuildKit calls it. */
  label: string;
  /** What a build can be told to stop at; absent without `AS`. */
  name?: string;
  /** Of its FROM. */
  line: number;
  endLine: number;
  steps: readonly StageStep[];
  /** Indexes of the platforms on which the target needs it. */
  neededOn: readonly number[];
  isTarget: boolean;
  /** Whether it depends on itself. */
  circular: boolean;
  /** Why its FROM can't be resolved, in BuildKit's words. */
  problem?: string;
  /** The build context that stands in for it. */
  replacedBy?: string;
}

/** What stages are made from and no stage makes: an image, a named build context, or something that nobody knows. */
export interface SourceCard {
  kind: 'image' | 'context' | 'unknown';
  /** `image:alpine`, `context:alpine` or `unknown:7`: one card for all platforms. */
  id: string;
  /** The image's reference, the context's name, or what is written. */
  label: string;
  /** What a context is, as it is configured. */
  value?: string;
  /** The first line that names it. */
  line: number;
  neededOn: number[];
  /** Indexes of the platforms on which the file names it. */
  usedOn: number[];
  /** The platforms that an image is taken for, when it is not each build platform itself. */
  fixedPlatform?: string;
  /** Ids of the stages that are built on it, in file order. */
  baseOf: string[];
}

/** `to` is built on `from`, or its instruction at `line` takes files from it. */
export interface CardEdge {
  from: string;
  to: string;
  kind: 'base' | 'copy' | 'mount';
  line: number;
  /** Indexes of the platforms that have it. */
  usedOn: number[];
  /** Whether it is part of a circle. */
  circular: boolean;
}
