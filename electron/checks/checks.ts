import {
  defaultBuildSettings,
  StudioError,
  type Builder,
  type BuildRequest,
  type CheckRequest,
  type CheckResult,
} from '../../shared/contract';
import { SourceText } from '../../shared/dockerfile/fixes';
import { describeFailure } from '../builds/failure';
import { planBuild, type BuildPart, type BuildPlan } from '../builds/plan';
import {
  ConnectError,
  DaemonGoneError,
  runGateway,
  type BuildkitClient,
  type CredentialProvider,
} from '../buildkit';
import type { FileWorkers } from '../buildkit/filesync';
import type { Logger } from '../system/logger';
import { atMost } from '../system/atMost';
import { mergeFindings } from './findings';
import { mergeOutlines, toTargets } from './outline';
import { askPlatform, tooSlow, type PlatformAnswer } from './platformAnswer';
import { platformQuestions } from './questions';
import { checkSources } from './sources';
import { timeLimit } from '../system/timeLimit';

/** How long a check may take; registries that don't answer are what makes it slow. */
const defaultDeadlineMs = 20_000;
/** How much longer a daemon is waited for that does not even take the questions. */
const graceMs = 2_000;
/** Questions that a daemon is asked at the same time: builds go first. */
const questionsAtOnce = 3;

/** The part of `Builders` that checks need. */
export interface CheckedBuilders {
  get(name: string): Builder | undefined;
  reach(builder: string, node: string, signal: AbortSignal): Promise<BuildkitClient>;
}

export interface ChecksOptions {
  builders: CheckedBuilders;
  workers: FileWorkers;
  /** Registry logins. */
  credentials: CredentialProvider;
  logger: Logger;
  /** Default 20 s. */
  deadlineMs?: number;
}

/** Has the builders check Dockerfiles; each Dockerfile has at most one check under way. */
export class Checks {
  private readonly running = new Map<string, AbortController>();

  constructor(private readonly options: ChecksOptions) {}

  /**
   * Lint, outline and targets of a text, for each platform on the node that would build it. Nothing is started,
   * built or written for it. What is wrong with the text or the builder is part of the result.
   *
   * @throws StudioError `cancelled` when `signal` aborts or the same Dockerfile is asked about again
   */
  async run(request: CheckRequest, signal: AbortSignal): Promise<CheckResult> {
    const key = JSON.stringify([request.project, request.dockerfile]);
    this.running.get(key)?.abort();
    const own = new AbortController();
    this.running.set(key, own);
    const either = AbortSignal.any([signal, own.signal]);
    try {
      return await this.check(request, either);
    } catch (error) {
      if (!either.aborted) throw error;
      throw new StudioError({ code: 'cancelled', message: 'The check was given up.' }, { cause: error });
    } finally {
      if (this.running.get(key) === own) this.running.delete(key);
    }
  }

  private async check(request: CheckRequest, signal: AbortSignal): Promise<CheckResult> {
    const builder = this.options.builders.get(request.builder);
    if (builder === undefined) return nothing('no-builder');
    let plan: BuildPlan;
    const asBuild = buildRequest(request);
    try {
      plan = planBuild(asBuild, builder, '');
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      return { ...nothing('failed'), error: error.toData() };
    }
    const answers = (
      await Promise.all(plan.parts.map((part) => this.askNode(builder, part, plan, asBuild, signal)))
    ).flat();
    const versions = plan.parts.flatMap(
      ({ node }) => builder.nodes.find(({ name }) => name === node)?.version ?? [],
    );
    return resultOf(answers, versions, new SourceText(request.text));
  }

  private async askNode(
    builder: Builder,
    part: BuildPart,
    plan: BuildPlan,
    request: BuildRequest,
    signal: AbortSignal,
  ): Promise<PlatformAnswer[]> {
    const platforms = part.platforms.length > 0 ? part.platforms : plan.platforms;
    const { workers, credentials, deadlineMs = defaultDeadlineMs } = this.options;
    const node = builder.nodes.find(({ name }) => name === part.node);
    if (node?.status !== 'running') {
      const error = node?.error ?? notRunning(part.node);
      return platforms.map((platform) => ({ platform, error }));
    }
    const deadline = timeLimit(deadlineMs);
    const last = timeLimit(deadlineMs + graceMs);
    try {
      const client = await this.options.builders.reach(
        builder.name,
        part.node,
        AbortSignal.any([signal, last]),
      );
      const services = await checkSources({ request, folders: plan.folders, workers, credentials });
      const limit = atMost(questionsAtOnce);
      const { frontend, frontendAttrs } = part.solve;
      const { dockerfile, dockerfileText } = request;
      return await runGateway(
        client,
        { services, sessionName: `check of ${plan.sharedKey}`, signal: AbortSignal.any([signal, last]) },
        (gateway) =>
          Promise.all(
            platforms.map((platform) => {
              const questions = platformQuestions(frontend, frontendAttrs, platform, dockerfileText);
              return askPlatform({
                gateway,
                platform,
                questions,
                dockerfile,
                limit,
                signal,
                deadline,
                deadlineMs,
              });
            }),
          ),
      );
    } catch (error) {
      signal.throwIfAborted();
      this.options.logger.debug({ err: error, builder: builder.name, node: part.node }, 'a check failed');
      const data = last.aborted ? tooSlow(deadlineMs).toData() : nodeFailure(error, request.dockerfile);
      return platforms.map((platform) => ({ platform, error: data }));
    }
  }
}

/** What would be built: so the checks ask on the same nodes with the same attributes. */
function buildRequest(request: CheckRequest): BuildRequest {
  const { project, dockerfile, text, builder, platforms, target, buildArgs, buildContexts } = request;
  return {
    project,
    dockerfile,
    dockerfileText: text,
    builder,
    settings: {
      ...defaultBuildSettings,
      platforms,
      target,
      buildArgs,
      buildContexts,
      provenance: false,
      output: { type: 'cacheonly' },
    },
  };
}

/** With these there is no builder to ask, which is no error. */
const unreachableCodes: readonly string[] = ['builder-unreachable', 'builder-lost', 'not-found'];

function resultOf(
  answers: readonly PlatformAnswer[],
  versions: readonly string[],
  source: SourceText,
): CheckResult {
  const failed = answers.flatMap(({ platform, error }) => (error === undefined ? [] : [{ platform, error }]));
  const [failure] = failed;
  const linted = answers.flatMap(({ platform, lint }) => (lint === undefined ? [] : [{ platform, lint }]));
  const outlined = answers.flatMap(({ platform, outline }) =>
    outline === undefined ? [] : [{ platform, outline }],
  );
  const targets = answers.find((answer) => answer.targets !== undefined)?.targets;
  const known = {
    ...(outlined.length > 0 && { outline: mergeOutlines(outlined, source) }),
    ...(targets !== undefined && { targets: toTargets(targets) }),
  };
  if (linted.length === 0) {
    if (failure === undefined)
      return { ...nothing('unsupported'), ...known, versions: [...new Set(versions)] };
    const isUnreachable = failed.every(({ error }) => unreachableCodes.includes(error.code));
    return { ...nothing(isUnreachable ? 'no-builder' : 'failed'), ...known, error: failure.error };
  }
  return {
    state: 'checked',
    versions: [...new Set(versions)],
    platforms: linted.map(({ platform }) => platform),
    unchecked: failed,
    ...mergeFindings(linted, source),
    ...known,
  };
}

function nothing(state: CheckResult['state']): CheckResult {
  return { state, versions: [], platforms: [], unchecked: [], findings: [], omitted: 0 };
}

function notRunning(node: string): NonNullable<CheckResult['error']> {
  return {
    code: 'builder-unreachable',
    message: `${node} is not running.`,
    hint: 'Start the builder to have the Dockerfile checked.',
  };
}

function nodeFailure(error: unknown, dockerfile: string): NonNullable<CheckResult['error']> {
  if (error instanceof DaemonGoneError || error instanceof ConnectError) {
    return {
      code: 'builder-unreachable',
      message: error.message,
      hint: 'The builder is contacted again by itself.',
    };
  }
  return describeFailure(error, { dockerfile, stepName: () => undefined, lastOutput: () => [] });
}
