/** What the daemon says about its own build. */
export interface DaemonVersion {
  /** Go package, such as `github.com/moby/buildkit`. */
  readonly package: string;
  readonly version: string;
  readonly revision: string;
  /** Version of the built-in Dockerfile frontend; empty on engines that don't tell. */
  readonly dockerfileVersion: string;
}

/** A platform as the daemon spells it. Empty strings mean "not given". */
export interface DaemonPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
  readonly osVersion: string;
}

/** A worker of the daemon. The first platform is its native one, the others may be emulated. */
export interface Worker {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly platforms: readonly DaemonPlatform[];
  readonly gcPolicies: readonly GcPolicy[];
  /** Devices that RUN --device can ask for. */
  readonly devices: readonly WorkerDevice[];
  readonly version?: DaemonVersion;
}

/** A device of the Container Device Interface. */
export interface WorkerDevice {
  /** Such as `vendor.example/gpu=0`. */
  readonly name: string;
  /** BuildKit installs it when a build asks for it first. */
  readonly onDemand: boolean;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A garbage collection rule. Sizes are bytes, 0 means "no limit". */
export interface GcPolicy {
  readonly all: boolean;
  readonly filters: readonly string[];
  readonly keepDurationMs: number;
  readonly reservedSpace: number;
  readonly maxUsedSpace: number;
  readonly minFreeSpace: number;
}

/** One record of the daemon's build cache. Size in bytes, times in milliseconds since the epoch. */
export interface UsageRecord {
  readonly id: string;
  readonly parents: readonly string[];
  readonly description: string;
  /** Such as `regular`, `source.local`, `exec.cachemount`, `frontend`. */
  readonly recordType: string;
  readonly size: number;
  readonly mutable: boolean;
  readonly inUse: boolean;
  readonly shared: boolean;
  readonly usageCount: number;
  readonly createdMs?: number;
  readonly lastUsedMs?: number;
}

/** What to remove from the build cache. Filters are containerd's (`type==regular`); sizes are bytes. */
export interface PruneOptions {
  readonly filters?: readonly string[];
  /** Also removes internal and frontend records. */
  readonly all?: boolean;
  readonly keepDurationMs?: number;
  readonly reservedSpace?: number;
  readonly maxUsedSpace?: number;
  readonly minFreeSpace?: number;
}
