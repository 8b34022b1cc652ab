import type { Builder, BuilderNode } from '../../shared/contract';

/** A running node that is native on linux/amd64, as the page and builds see it. */
export function testNode(patch: Partial<BuilderNode> = {}): BuilderNode {
  return {
    name: 'node0',
    endpoint: 'unix:///s',
    status: 'running',
    platforms: [{ platform: 'linux/amd64', emulated: false }],
    fixedPlatforms: [],
    driverOptions: {},
    flags: [],
    devices: [],
    canInstallEmulation: false,
    labels: {},
    gcPolicy: [],
    ...patch,
  };
}

/** A builder `b` of the driver `remote` on these nodes. */
export function testBuilder(...nodes: readonly BuilderNode[]): Builder {
  return {
    name: 'b',
    driver: 'remote',
    origin: 'store',
    current: true,
    canStart: false,
    canStop: false,
    canRemove: true,
    canAppend: true,
    canKeepState: false,
    nodes: [...nodes],
  };
}
