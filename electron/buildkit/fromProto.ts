import type { Timestamp } from '@bufbuild/protobuf/wkt';
import type { DaemonVersion, UsageRecord, Worker } from './daemon';
import {
  BuildHistoryEventType,
  type BuildHistoryEvent as ProtoHistoryEvent,
  type BuildHistoryRecord as ProtoHistoryRecord,
  type BuildResultInfo,
  type Descriptor,
  type UsageRecord as ProtoUsageRecord,
} from './gen/moby/buildkit/v1/control_pb';
import type { BuildkitVersion, WorkerRecord } from './gen/moby/buildkit/v1/types/worker_pb';
import type { BuildHistoryEvent, BuildHistoryRecord, BuildResult, ContentDescriptor } from './history';

/* Generated messages into the client's own types: no protobuf type leaves electron/buildkit. */

const NANOSECONDS_PER_MS = 1_000_000;

/** int64 nanoseconds, as Go's time.Duration has it, from milliseconds. */
export function durationFromMs(ms: number): bigint {
  return BigInt(Math.round(ms * NANOSECONDS_PER_MS));
}

export function daemonVersion(version: BuildkitVersion | undefined): DaemonVersion {
  return {
    package: version?.package ?? '',
    version: version?.version ?? '',
    revision: version?.revision ?? '',
    dockerfileVersion: version?.dockerfileVersion ?? '',
  };
}

export function worker(record: WorkerRecord): Worker {
  return {
    id: record.ID,
    labels: record.Labels,
    platforms: record.platforms.map((platform) => ({
      os: platform.OS,
      architecture: platform.Architecture,
      variant: platform.Variant,
      osVersion: platform.OSVersion,
    })),
    gcPolicies: record.GCPolicy.map((policy) => ({
      all: policy.all,
      filters: policy.filters,
      keepDurationMs: Number(policy.keepDuration) / NANOSECONDS_PER_MS,
      reservedSpace: Number(policy.reservedSpace),
      maxUsedSpace: Number(policy.maxUsedSpace),
      minFreeSpace: Number(policy.minFreeSpace),
    })),
    devices: record.CDIDevices.map(({ Name, OnDemand, Annotations }) => ({
      name: Name,
      onDemand: OnDemand,
      annotations: Annotations,
    })),
    ...(record.BuildkitVersion !== undefined && { version: daemonVersion(record.BuildkitVersion) }),
  };
}

export function usageRecord(record: ProtoUsageRecord): UsageRecord {
  return {
    id: record.ID,
    parents: record.Parents.length > 0 || record.Parent === '' ? record.Parents : [record.Parent],
    description: record.Description,
    recordType: record.RecordType,
    size: Number(record.Size),
    mutable: record.Mutable,
    inUse: record.InUse,
    shared: record.Shared,
    usageCount: Number(record.UsageCount),
    ...optionalMs('createdMs', record.CreatedAt),
    ...optionalMs('lastUsedMs', record.LastUsedAt),
  };
}

const EVENT_TYPES = {
  [BuildHistoryEventType.STARTED]: 'started',
  [BuildHistoryEventType.COMPLETE]: 'complete',
  [BuildHistoryEventType.DELETED]: 'deleted',
} as const;

/** Undefined for an event without a record or of a type that is not known. */
export function historyEvent(event: ProtoHistoryEvent): BuildHistoryEvent | undefined {
  if (event.record === undefined || !(event.type in EVENT_TYPES)) return undefined;
  return { type: EVENT_TYPES[event.type], record: historyRecord(event.record) };
}

function historyRecord(record: ProtoHistoryRecord): BuildHistoryRecord {
  return {
    ref: record.Ref,
    frontend: record.Frontend,
    frontendAttrs: record.FrontendAttrs,
    exporters: record.Exporters.map(({ Type, Attrs }) => ({ type: Type, attrs: Attrs })),
    exporterResponse: record.ExporterResponse,
    ...optionalMs('createdMs', record.CreatedAt),
    ...optionalMs('completedMs', record.CompletedAt),
    ...(record.error !== undefined && { error: { code: record.error.code, message: record.error.message } }),
    ...optionalDescriptor('externalError', record.externalError),
    ...optionalDescriptor('logs', record.logs),
    ...optionalDescriptor('trace', record.trace),
    ...(record.Result !== undefined && { result: buildResult(record.Result) }),
    results: Object.fromEntries(
      Object.entries(record.Results).map(([platform, result]) => [platform, buildResult(result)]),
    ),
    pinned: record.pinned,
    generation: record.Generation,
    cachedSteps: record.numCachedSteps,
    completedSteps: record.numCompletedSteps,
    totalSteps: record.numTotalSteps,
    warnings: record.numWarnings,
  };
}

function buildResult(result: BuildResultInfo): BuildResult {
  const byExporter = Object.entries(result.Results)
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([, descriptor]) => contentDescriptor(descriptor));
  const results =
    byExporter.length === 0 && result.ResultDeprecated !== undefined
      ? [contentDescriptor(result.ResultDeprecated)]
      : byExporter;
  return { results, attestations: result.Attestations.map(contentDescriptor) };
}

function contentDescriptor(descriptor: Descriptor): ContentDescriptor {
  return {
    mediaType: descriptor.mediaType,
    digest: descriptor.digest,
    size: Number(descriptor.size),
    annotations: descriptor.annotations,
  };
}

function optionalDescriptor<K extends string>(key: K, descriptor: Descriptor | undefined) {
  return (descriptor === undefined ? {} : { [key]: contentDescriptor(descriptor) }) as {
    readonly [P in K]?: ContentDescriptor;
  };
}

function optionalMs<K extends string>(key: K, timestamp: Timestamp | undefined) {
  return (
    timestamp === undefined
      ? {}
      : { [key]: Number(timestamp.seconds) * 1000 + timestamp.nanos / NANOSECONDS_PER_MS }
  ) as { readonly [P in K]?: number };
}
