import type { Duplex, Readable } from 'node:stream';
import type { z } from 'zod';
import type { DriverDescription, DriverOption, NodeFeatures } from '../../shared/contract';
import type { PushNews } from '../docker';

/** What a driver tells about a node without speaking to the daemon. Must return at once, or when `signal` aborts. */
export interface NodeInfo {
  status: 'stopped' | 'running' | 'unknown';
}

/** One line of what a driver is doing, for people. */
export type BootProgress = (message: string) => void;

/** Emulators that a node's engine can install on its machine. */
export interface EmulationInstaller {
  /**
   * Registers emulators for `platforms` with the machine's kernel.
   *
   * @throws StudioError saying what is missing, and the command that does it by hand
   */
  install(platforms: readonly string[], progress: BootProgress, signal: AbortSignal): Promise<void>;
}

/** One node as its driver sees it. All methods may be called again after they failed. */
export interface DriverNode {
  /** Where the daemon is, for people: `unix:///run/buildkit/buildkitd.sock`. Never holds a secret. */
  readonly endpoint: string;
  /** Whether the daemon runs on this machine's kernel, so that its emulators are this machine's. */
  onThisMachine?(): Promise<boolean>;
  info(signal: AbortSignal): Promise<NodeInfo>;
  /** Makes the node ready to be dialled; returns at once when it is. Throws a StudioError saying what is missing. */
  boot(progress: BootProgress, signal: AbortSignal): Promise<void>;
  /** Stops the daemon and keeps its state. A node that was not started from here stays as it is. */
  stop(signal: AbortSignal): Promise<void>;
  /** Takes away what the driver made for the node. `keepState` leaves the build cache. */
  remove(options: { keepState: boolean }, signal: AbortSignal): Promise<void>;
  /** A new byte stream to the daemon; TLS, if any, is done. This is the whole transport. */
  dial(signal?: AbortSignal): Promise<Duplex>;
  /** What node and engine can do; asked once a connection stands. Without it a node can do all that buildkitd can. */
  features?(signal: AbortSignal): Promise<NodeFeatures>;
  /**
   * Loads an archive (Docker, or OCI where `features` says `loadMultiPlatform`) into the engine that the node belongs
   * to. Without it, into the engine of the Docker context in use.
   */
  load?(archive: Readable, progress: BootProgress, signal: AbortSignal): Promise<void>;
  /**
   * Lets the engine that built an image, and keeps it, push it under one of its names. Present where the daemon is an
   * engine's.
   *
   * @returns the digest in the registry, where the engine tells it
   */
  push?(
    reference: string,
    onNews: (news: PushNews) => void,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** Present where the node's machine can be given emulators from here. */
  readonly emulation?: EmulationInstaller;
}

/** What every driver is given for a node. */
export interface NodeDefinition<Options> {
  builder: string;
  node: string;
  /** As stored; what it means is the driver's: an address, a Docker context. */
  endpoint: string;
  options: Options;
  /** buildkitd's own flags. */
  flags: readonly string[];
  /** Configuration files by their path below the daemon's configuration folder; `buildkitd.toml` is one. */
  files: ReadonlyMap<string, Uint8Array>;
  /** Fixed platforms in canonical form; absent or empty when they are detected. */
  platforms?: readonly string[];
}

/** A builder driver. Adding one is one file and one line in `drivers/index.ts`. */
export interface Driver<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** One line for the list in "New builder". */
  readonly summary: string;
  /** How the form asks for the endpoint. */
  readonly endpoint: DriverDescription['endpoint'];
  /** What is wrong with a typed endpoint, for people; undefined when nothing is. */
  checkEndpoint(endpoint: string, options: Readonly<Record<string, string>>): string | undefined;
  /** Validates the stored or typed options; messages of its issues are shown at the form's fields. */
  readonly optionsSchema: Schema;
  /** How the form asks for the options. */
  readonly form: readonly DriverOption[];
  readonly capabilities: {
    /** Set to false where builders are only found, never made. */
    creatable?: false;
    start: boolean;
    stop: boolean;
    /** Starts a buildkitd that takes flags and configuration files. */
    config: boolean;
    /** A builder may have several nodes. */
    severalNodes: boolean;
    /** Its daemons are Manifold's own, and stop with it unless the user wants them kept. */
    endsWithManifold: boolean;
    /** What is removed can leave the build cache behind. */
    keepState: boolean;
    /** `dial` works on a definition that was not booted, so a typed one can be tried. */
    test: boolean;
  };
  /**
   * Completes what was typed for a new node as buildx does before it stores it: an endpoint that the driver knows,
   * flags that it always gives. Absent where there is nothing to complete.
   */
  complete?(node: NewNodeDefinition): Promise<NewNodeDefinition>;
  create(definition: NodeDefinition<z.output<Schema>>): DriverNode;
}

/** A node before it is stored. */
export interface NewNodeDefinition {
  builder: string;
  node: string;
  endpoint: string;
  options: Readonly<Record<string, string>>;
  flags: readonly string[];
  files: ReadonlyMap<string, Uint8Array>;
}
