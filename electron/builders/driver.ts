import type { Duplex } from 'node:stream';
import type { z } from 'zod';
import type { DriverOption } from '../../shared/contract';

/** What a driver tells about a node without speaking to the daemon. Must return at once, or when `signal` aborts. */
export interface NodeInfo {
  status: 'stopped' | 'running' | 'unknown';
}

/** One line of what `boot` is doing, for people. */
export type BootProgress = (message: string) => void;

/** One node as its driver sees it. All methods may be called again after they failed. */
export interface DriverNode {
  /** Where the daemon is, for people: `unix:///run/buildkit/buildkitd.sock`. Never holds a secret. */
  readonly endpoint: string;
  info(signal: AbortSignal): Promise<NodeInfo>;
  /** Makes the node ready to be dialled; returns at once when it is. Throws a StudioError saying what is missing. */
  boot(progress: BootProgress, signal: AbortSignal): Promise<void>;
  /** Stops the daemon and keeps its state. A node that was not started from here stays as it is. */
  stop(signal: AbortSignal): Promise<void>;
  /** Takes away what the driver made for the node. `keepState` leaves the build cache. */
  remove(options: { keepState: boolean }, signal: AbortSignal): Promise<void>;
  /** A new byte stream to the daemon; TLS, if any, is done. This is the whole transport. */
  dial(signal?: AbortSignal): Promise<Duplex>;
}

/** What every driver is given for a node. */
export interface NodeDefinition<Options> {
  builder: string;
  node: string;
  options: Options;
}

/** A builder driver. Adding one is one file and one line in `drivers/index.ts`. */
export interface Driver<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** One line for the list in "New builder". */
  readonly summary: string;
  /** Validates the stored or typed options; messages of its issues are shown at the form's fields. */
  readonly optionsSchema: Schema;
  /** How the form asks for the options. */
  readonly form: readonly DriverOption[];
  readonly capabilities: { start: boolean; stop: boolean };
  create(definition: NodeDefinition<z.output<Schema>>): DriverNode;
}
