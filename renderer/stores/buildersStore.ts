import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Builder, BuildSettings } from '../../shared/contract';
import {
  assignPlatforms,
  canonicalPlatform,
  ownPlatform,
  type PlatformAssignment,
} from '../../shared/model/nodeAssignment';
import { usualPlatforms } from '../../shared/model/platform';
import { watch } from './watch';
import { useProject } from './projectStore';

export interface BuildersState {
  loaded: boolean;
  builders: Builder[];
}

export const buildersStore = createStore<BuildersState>()(() => ({ loaded: false, builders: [] }));

export function useBuilders<T>(select: (state: BuildersState) => T): T {
  return useStore(buildersStore, select);
}

/** Keeps the store equal to the core's list. */
export function followBuilders(): () => void {
  return watch('builders.watch', undefined, (builders) => buildersStore.setState({ loaded: true, builders }));
}

/** The builder to build with: the one of that name while it exists, else the current one. */
export function chosenBuilder(builders: readonly Builder[], name: string | undefined): Builder | undefined {
  return (
    builders.find((builder) => builder.name === name) ??
    builders.find((builder) => builder.current) ??
    builders[0]
  );
}

/** {@link chosenBuilder} among the known ones. */
export function builderOf(name: string | undefined): Builder | undefined {
  return chosenBuilder(buildersStore.getState().builders, name);
}

/** The builder that the open project builds with. */
export function useChosenBuilder(): Builder | undefined {
  const name = useProject((state) => state.builder);
  return useBuilders((state) => chosenBuilder(state.builders, name));
}

/** The platform that the open project's builder builds when none is ticked; undefined while that is not known. */
export function useOwnPlatform(): string | undefined {
  return ownPlatform(useChosenBuilder()?.nodes ?? []);
}

/** A platform to tick, and what the builder can do about it: what the core's plan of a build will do, too. */
export interface PlatformChoice {
  platform: string;
  state: 'native' | 'emulated' | 'unavailable';
  /** The node that would build it, or the one that can't be asked. */
  node?: string;
  /** Why it is unavailable: no builder at all, its daemon is not running or not reachable, or no node runs it. */
  reason?: 'no-builder' | NonNullable<PlatformAssignment['obstacle']>;
  /** Nodes that might do it better and don't answer. */
  unreachable: string[];
  /** Offered first, without "show all". */
  usual: boolean;
}

/** All platforms to offer: the usual ones, those that were typed or ticked, then the builder's others. */
export function platformChoices(
  builder: Builder | undefined,
  settings: Pick<BuildSettings, 'platforms' | 'extraPlatforms'>,
): PlatformChoice[] {
  const first = [...usualPlatforms, ...settings.extraPlatforms, ...settings.platforms];
  const offered =
    builder?.nodes.flatMap((node) => node.platforms.map((entry) => canonicalPlatform(entry.platform))) ?? [];
  const usual = new Set(first);
  return [...new Set([...first, ...offered])].map((platform) => ({
    platform,
    usual: usual.has(platform),
    ...availability(builder, platform),
  }));
}

function availability(
  builder: Builder | undefined,
  platform: string,
): Pick<PlatformChoice, 'state' | 'node' | 'reason' | 'unreachable'> {
  if (builder === undefined) return { state: 'unavailable', reason: 'no-builder', unreachable: [] };
  const [assigned] = assignPlatforms(builder.nodes, [platform]);
  if (assigned === undefined) return { state: 'unavailable', reason: 'unsupported', unreachable: [] };
  const { node, emulated, obstacle, passedOver } = assigned;
  const unreachable = passedOver.filter(({ why }) => why === 'unreachable').map((other) => other.node);
  if (obstacle !== undefined) return { state: 'unavailable', node, reason: obstacle, unreachable };
  return { state: emulated ? 'emulated' : 'native', node, unreachable };
}
