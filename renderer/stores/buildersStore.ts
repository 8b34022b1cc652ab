import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Builder, BuildSettings } from '../../shared/contract';
import { formatPlatform, parsePlatform, usualPlatforms } from '../../shared/model/platform';
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

/** A platform to tick, and what the builder can do about it. */
export interface PlatformChoice {
  platform: string;
  state: 'native' | 'emulated' | 'unavailable';
  /** The node that would build it. */
  node?: string;
  /** Why it is unavailable: no builder at all, its daemon is not running or not reachable, or no node runs it. */
  reason?: 'no-builder' | 'stopped' | 'unreachable' | 'unsupported';
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
    builder?.nodes.flatMap((node) => node.platforms.map((entry) => plainPlatform(entry.platform))) ?? [];
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
): Pick<PlatformChoice, 'state' | 'node' | 'reason'> {
  if (builder === undefined) return { state: 'unavailable', reason: 'no-builder' };
  const wanted = plainPlatform(platform);
  const offers = builder.nodes.flatMap((node) =>
    node.platforms
      .filter((entry) => plainPlatform(entry.platform) === wanted)
      .map((entry) => ({ node: node.name, emulated: entry.emulated })),
  );
  const native = offers.find((offer) => !offer.emulated);
  if (native !== undefined) return { state: 'native', node: native.node };
  const emulated = offers[0];
  if (emulated !== undefined) return { state: 'emulated', node: emulated.node };
  const known = builder.nodes.some((node) => node.platforms.length > 0);
  if (known) return { state: 'unavailable', reason: 'unsupported' };
  const unreachable = builder.nodes.some((node) => node.status === 'unreachable');
  return { state: 'unavailable', reason: unreachable ? 'unreachable' : 'stopped' };
}

/** One spelling for each platform: `linux/arm64/v8` and `linux/arm64` are the same. */
function plainPlatform(platform: string): string {
  const parsed = parsePlatform(platform);
  return parsed.ok ? formatPlatform(parsed.value) : platform;
}
