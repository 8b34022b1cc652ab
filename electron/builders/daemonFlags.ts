import { parse } from 'smol-toml';

const entitlementFlag = '--allow-insecure-entitlement';
const hostNetwork = 'network.host';

/**
 * The flags that a buildkitd in a container gets (buildx builder/builder.go): builds may use the container's network as
 * if it were the host's, unless the user says what they may.
 *
 * @param files the daemon's configuration, by path
 * @param network of the container, where the driver has such an option
 */
export function completeDaemonFlags(
  flags: readonly string[],
  files: ReadonlyMap<string, Uint8Array>,
  network: string | undefined,
): string[] {
  const allowed = entitlementsIn(flags);
  const wanted =
    network === 'host'
      ? !allowed.includes(hostNetwork)
      : allowed.length === 0 && !configAllowsHostNetwork(files.get('buildkitd.toml'));
  return wanted ? [...flags, `${entitlementFlag}=${hostNetwork}`] : [...flags];
}

function entitlementsIn(flags: readonly string[]): string[] {
  return flags.flatMap((flag, index) => {
    if (flag === entitlementFlag) return flags[index + 1] ?? [];
    return flag.startsWith(`${entitlementFlag}=`) ? flag.slice(entitlementFlag.length + 1) : [];
  });
}

function configAllowsHostNetwork(config: Uint8Array | undefined): boolean {
  if (config === undefined) return false;
  const entitlements = parse(Buffer.from(config).toString('utf8'))['insecure-entitlements'];
  return Array.isArray(entitlements) && entitlements.includes(hostNetwork);
}
