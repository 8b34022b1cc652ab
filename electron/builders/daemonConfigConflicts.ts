import type { ConfigFinding } from '../../shared/contract';
import type { TomlPath } from './tomlKeys';

type Report = (severity: ConfigFinding['severity'], path: TomlPath, message: string) => void;
type Table = Record<string, unknown>;

/** Limits of a worker or of a rule, by which it keeps or frees space. */
const limits = ['reservedSpace', 'maxUsedSpace', 'minFreeSpace'];

/**
 * Reports settings of a buildkitd.toml that rule each other out, as BuildKit v0.32 treats them (cmd/buildkitd: main.go,
 * main_oci_worker.go, config/gcpolicy.go). What has the wrong kind is passed over.
 */
export function findConflicts(config: unknown, report: Report): void {
  const root = new Scope(config, []);
  const log = root.below('log');
  for (const old of ['debug', 'trace']) {
    if (!root.has(old)) continue;
    const rest = log.has('level') ? ' and log.level is set too' : '';
    report('warning', root.pathOf(old), `${old} is out of date${rest}. Set log.level = "${old}".`);
  }
  checkTls(root.below('grpc').below('tls'), report);
  for (const registry of root.below('registry').children()) checkRegistry(registry, report);
  const workers = root.below('worker');
  const [oci, containerd] = [workers.below('oci'), workers.below('containerd')];
  checkWorker(oci, report);
  checkWorker(containerd, report);
  if (oci.get('enabled') === false && containerd.get('enabled') === false) {
    report('error', containerd.pathOf('enabled'), 'No worker is left: buildkitd does not start without one.');
  }
  if (oci.get('noProcessSandbox') === true && oci.get('rootless') !== true) {
    report('error', oci.pathOf('noProcessSandbox'), 'noProcessSandbox works with rootless = true only.');
  }
  const network = oci.get('networkMode');
  if (network === 'bridge' && (oci.has('cniConfigPath') || oci.has('cniBinaryPath'))) {
    report('warning', oci.pathOf('networkMode'), 'The bridge makes its own CNI configuration.');
  }
}

function checkTls(tls: Scope, report: Report): void {
  for (const [one, other] of [
    ['cert', 'key'],
    ['key', 'cert'],
  ] as const) {
    if (tls.has(one) && !tls.has(other)) {
      report('error', tls.pathOf(one), `A certificate and its key belong together: ${other} is missing.`);
    }
  }
  if (tls.has('ca') && !tls.has('cert') && !tls.has('key')) {
    report('error', tls.pathOf('ca'), 'A CA checks clients of a TLS server: cert and key are missing.');
  }
}

function checkRegistry(registry: Scope, report: Report): void {
  const name = String(registry.path.at(-1));
  if (/^[a-z]+:\/\//i.test(name)) {
    report('warning', registry.path, 'A registry is named by host and port, without https:// or http://.');
  }
  if (registry.get('http') === true && registry.get('insecure') === true) {
    report('warning', registry.pathOf('insecure'), 'insecure is for HTTPS: with http = true, leave it out.');
  }
  const pairs = registry.get('keypair');
  if (!Array.isArray(pairs)) return;
  pairs.forEach((pair, index) => {
    const scope = new Scope(pair, [...registry.pathOf('keypair'), index]);
    if (scope.exists && !(scope.has('key') && scope.has('cert'))) {
      report('error', scope.path, 'A key pair has both key and cert.');
    }
  });
}

function checkWorker(worker: Scope, report: Report): void {
  const own = limits.filter((limit) => worker.has(limit));
  const policies = worker.get('gcpolicy');
  const isOff = worker.get('gc') === false;
  if (worker.has('gckeepstorage')) {
    const rest = own.length > 0 ? `${own.join(', ')} count instead` : 'set reservedSpace instead';
    report('warning', worker.pathOf('gckeepstorage'), `gckeepstorage is out of date: ${rest}.`);
  }
  const [first] = own;
  if (first !== undefined && isOff) {
    report(
      'warning',
      worker.pathOf(first),
      'gc = false: nothing is ever cleared, and the limits don’t count.',
    );
  }
  checkOrder(worker, report);
  if (!Array.isArray(policies) || policies.length === 0) return;
  if (isOff) {
    report('warning', worker.pathOf('gcpolicy'), 'gc = false: nothing is ever cleared, and no rule counts.');
  } else if (first !== undefined) {
    report(
      'warning',
      worker.pathOf(first),
      `${own.join(', ')}: not used, because rules of your own (gcpolicy) take the place of BuildKit’s.`,
    );
  }
  policies.forEach((policy, index) => {
    const scope = new Scope(policy, [...worker.pathOf('gcpolicy'), index]);
    checkOrder(scope, report);
    if (!scope.has('keepBytes')) return;
    const rest = scope.has('reservedSpace') ? 'reservedSpace counts instead' : 'set reservedSpace instead';
    report('warning', scope.pathOf('keepBytes'), `keepBytes is out of date: ${rest}.`);
  });
}

/** Numbers of bytes only: shares depend on the disk. */
function checkOrder(scope: Scope, report: Report): void {
  const [reserved, most] = [scope.get('reservedSpace'), scope.get('maxUsedSpace')];
  if (typeof reserved !== 'number' || typeof most !== 'number' || most <= 0 || reserved <= most) return;
  report(
    'warning',
    scope.pathOf('reservedSpace'),
    'reservedSpace is above maxUsedSpace, which never counts then.',
  );
}

/** A table and its place. Keys are found in any case, as the daemon does. */
class Scope {
  private readonly table: Table;
  readonly exists: boolean;

  constructor(
    value: unknown,
    readonly path: TomlPath,
  ) {
    this.exists = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.table = this.exists ? (value as Table) : {};
  }

  get(name: string): unknown {
    const key = this.key(name);
    return key === undefined ? undefined : this.table[key];
  }

  has(name: string): boolean {
    return this.key(name) !== undefined;
  }

  pathOf(name: string): TomlPath {
    return [...this.path, this.key(name) ?? name];
  }

  below(name: string): Scope {
    return new Scope(this.get(name), this.pathOf(name));
  }

  children(): Scope[] {
    return Object.keys(this.table).map((name) => new Scope(this.table[name], [...this.path, name]));
  }

  private key(name: string): string | undefined {
    return Object.keys(this.table).find((key) => key.toLowerCase() === name.toLowerCase());
  }
}
