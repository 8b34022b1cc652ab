import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { checkDaemonConfig } from './daemonConfigCheck';
import { findTomlKeys, tomlPathId } from './tomlKeys';

/** `line: severity message` of every finding. */
const found = (text: string): string[] =>
  checkDaemonConfig(text).map(({ line, severity, message }) => `${line}: ${severity}: ${message}`);

/** Every section that BuildKit documents, written by hand for this test. */
const whole = `
root = "/var/lib/buildkit"
insecure-entitlements = [ "network.host", "security.insecure", "device" ]
proxyNetwork = true
provenanceEnvDir = "/etc/p"
[log]
  format = "text"
  level = "info"
[dns]
  nameservers=["1.1.1.1"]
  options=["edns0"]
  searchDomains=["example.com"]
[grpc]
  address = [ "tcp://0.0.0.0:1234" ]
  debugAddress = "0.0.0.0:6060"
  uid = 0
  gid = 0
  [grpc.tls]
    cert = "/tls.crt"
    key = "/tls.key"
    ca = "/ca.crt"
[otel]
  socketPath = "/run/otel.sock"
[cdi]
  disabled = true
  specDirs = ["/etc/cdi"]
[history]
  maxAge = 172800
  maxEntries = 50
[worker.oci]
  enabled = true
  platforms = [ "linux/amd64", "linux/arm64" ]
  snapshotter = "auto" # a comment
  rootless = false
  gc = true
  max-parallelism = 4
  cniPoolSize = 16
  [worker.oci.labels]
    "foo" = "bar"
  [[worker.oci.gcpolicy]]
    reservedSpace = "512MB"
    maxUsedSpace = "1GB"
    minFreeSpace = "10%"
    keepDuration = "48h"
    filters = [ "type==source.local" ]
  [[worker.oci.gcpolicy]]
    all = true
    reservedSpace = 1024000000
[worker.containerd]
  enabled = false
  namespace = "buildkit"
  [worker.containerd.runtime]
    name = "io.containerd.runc.v2"
    options = { BinaryName = "runc" }
[registry."docker.io"]
  mirrors = ["mirror.local:5000"]
  http = true
  ca=["/ca.pem"]
  [[registry."docker.io".keypair]]
    key="/key.pem"
    cert="/cert.pem"
[frontend."dockerfile.v0"]
  enabled = true
[frontend."gateway.v0"]
  allowedRepositories = []
[system]
  platformsCacheMaxAge = "1h"
`;

describe('a buildkitd.toml', () => {
  it('with everything in it is fine, as is an empty one', () => {
    expect(found(whole)).toEqual([]);
    expect(found('')).toEqual([]);
    expect(found('ROOT = "/x"\n[Worker.OCI]\nGC = true')).toEqual([]);
  });

  it('that is no TOML says where', () => {
    const [finding] = checkDaemonConfig('root = "/x"\n[worker.oci\n');
    expect(finding).toMatchObject({ severity: 'error', line: 2 });
    expect(found('a = 1\na = 2')[0]).toMatch(/^2: error: /);
  });

  it('with an unknown key is told the nearest one', () => {
    expect(found('[worker.oci]\nenabled = true\n  maxUsedSpaces = "1GB"')).toEqual([
      '3: warning: BuildKit knows no "maxUsedSpaces" in worker.oci and passes it over. Did you mean maxUsedSpace?',
    ]);
    expect(found('[ghacache.sign]\ncmd = ""')).toEqual([
      '1: warning: BuildKit knows no "ghacache" and passes it over.',
    ]);
    expect(found('[frontend.dockerfile.v0]\nenabled = true')).toEqual([
      '1: warning: BuildKit knows no "dockerfile" in frontend and passes it over. Did you mean "dockerfile.v0", in quotes?',
    ]);
    expect(found('__proto__ = 1\nconstructor = 2')).toHaveLength(2);
  });

  it.each([
    ['debug = "yes"', 'debug has to be true or false.'],
    ['[grpc]\naddress = "tcp://x"', 'grpc.address has to be a list.'],
    ['[grpc]\nuid = 1.5', 'grpc.uid has to be a whole number.'],
    ['[log]\nlevel = "loud"', 'log.level has to be one of "panic", "fatal", "error"'],
    ['[history]\nmaxAge = "two days"', 'history.maxAge has to be a duration'],
    ['[history]\nmaxAge = 172_800', 'history.maxAge has to be a duration'],
    ['[worker.oci]\nreservedSpace = "much"', 'worker.oci.reservedSpace has to be a size'],
    ['[worker.oci]\nreservedSpace = true', 'worker.oci.reservedSpace has to be a size'],
    ['[worker.oci]\ngcpolicy = 1', 'worker.oci.gcpolicy has to be a list of tables, written [[…]].'],
    ['[worker.oci]\nplatforms = ["linux/"]', '"" in "linux/"'],
    ['[worker]\noci = 1979-05-27', 'worker.oci has to be a table.'],
    ['[registry."a.example"]\nhttp = 1', 'registry."a.example".http has to be true or false.'],
    ['\ninsecure-entitlements = ["network.hots"]', 'There is no entitlement "network.hots".'],
  ])('with a wrong value says what is wanted: %s', (text, message) => {
    const findings = checkDaemonConfig(text).filter(({ severity }) => severity === 'error');
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message).toContain(message);
    expect(findings[0]?.line).toBe(text.split('\n').length);
  });

  it('takes what BuildKit reads as a size or a duration', () => {
    for (const size of ['"1.5GiB"', '"20 gb"', '"10%"', '512', '"512"', '""']) {
      expect(found(`[worker.oci]\nreservedSpace = ${size}`), size).toEqual([]);
    }
    for (const age of ['"1h30m"', '"48h"', '172800', '"0.5s"']) {
      expect(found(`[history]\nmaxAge = ${age}`), age).toEqual([]);
    }
  });

  it.each([
    ['[worker.oci]\nenabled = false\n[worker.containerd]\nenabled = false', '4: error: No worker is left'],
    ['[worker.oci]\nnoProcessSandbox = true', '2: error: noProcessSandbox works with rootless'],
    ['[worker.oci]\ngc = false\n[[worker.oci.gcpolicy]]\nall = true', '3: warning: gc = false'],
    [
      '[worker.oci]\nmaxUsedSpace = 5\n[[worker.oci.gcpolicy]]\nall = true',
      '2: warning: maxUsedSpace: not used',
    ],
    ['[worker.oci]\ngckeepstorage = 5\nmaxUsedSpace = 9', '2: warning: gckeepstorage is out of date'],
    ['[[worker.oci.gcpolicy]]\nall = true\n[[worker.oci.gcpolicy]]\nkeepBytes = 4', '4: warning: keepBytes'],
    ['[worker.oci]\nreservedSpace = 9\nmaxUsedSpace = 5', '2: warning: reservedSpace is above'],
    ['[registry."r.example"]\nhttp = true\ninsecure = true', '3: warning: insecure is for HTTPS'],
    ['[registry."https://r.example"]\nhttp = false', '1: warning: A registry is named by host'],
    ['[[registry.r.keypair]]\nkey = "/k"', '1: error: A key pair has both'],
    ['[grpc.tls]\ncert = "/c"', '2: error: A certificate and its key belong together: key is missing.'],
    ['[grpc.tls]\nca = "/c"', '2: error: A CA checks clients'],
    ['debug = true\n[log]\nlevel = "info"', '1: warning: debug is out of date and log.level is set too'],
  ])('names settings that rule each other out: %s', (text, message) => {
    const findings = found(text);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(message);
  });

  it('never throws, and points into the text', () => {
    const fragment = fc.constantFrom(
      ...[
        '[',
        ']',
        '[[',
        ']]',
        '{',
        '}',
        '=',
        '.',
        ',',
        '"',
        "'",
        '"""',
        "'''",
        '\\',
        '#',
        '\n',
        '\r\n',
        ' ',
      ],
      ...[
        'worker',
        'oci',
        'gcpolicy',
        'a',
        '1',
        '1_0',
        'true',
        '-',
        '1979-05-27',
        'é',
        '\u0000',
        '__proto__',
      ],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(fragment, { maxLength: 40 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (toml) => {
        const lines = toml.split('\n').length;
        for (const { line, column } of checkDaemonConfig(toml)) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the keys of a TOML text', () => {
  it('are found where they stand, in tables, lists and inline tables', () => {
    const keys = findTomlKeys(
      'a.b = 1\n"c d" = { e = [1,\n  { f = "]" }] } # g = 1\n[[t]]\n  x = """\ny = 1"""\n[[t]]\nx = 2\n[t.u]\nv=3',
    );
    const at = (...path: (string | number)[]): string | undefined => {
      const key = keys.get(tomlPathId(path));
      return key && `${key.line}:${key.column}`;
    };
    expect(at('a', 'b')).toBe('1:1');
    expect(at('c d', 'e')).toBe('2:11');
    expect(at('c d', 'e', 1, 'f')).toBe('3:5');
    expect(at('t', 0, 'x')).toBe('5:3');
    expect(at('t', 1, 'x')).toBe('8:1');
    expect(at('t', 1, 'u', 'v')).toBe('10:1');
    expect(at('y')).toBeUndefined();
  });

  it('are all of those that the parser finds', () => {
    const name = fc.constantFrom('a', 'b-c', '"d.e"', "'f g'", '1');
    const value = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom('1', '"x # y"', "'z ] }'", 'true', '1979-05-27T07:32:00Z', '"""a\n"b" """', '1.5'),
        fc.array(tie('value'), { maxLength: 3 }).map((all) => `[ ${all.join(',\n ')} ]`),
        fc
          .array(tie('value'), { maxLength: 2 })
          .map((all) => `{ ${all.map((one, at) => `k${at} = ${one}`).join(', ')} }`),
      ),
    })).value;
    const section = fc.record({
      head: fc.tuple(
        fc.constantFrom(['[', ']'], ['[[', ']]']),
        fc.array(name, { minLength: 1, maxLength: 2 }),
      ),
      pairs: fc.array(fc.tuple(name, value), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(section, { maxLength: 4 }), (sections) => {
        const text = sections
          .map(({ head: [[open, close], names], pairs }) =>
            [
              `${open}${names.join(' . ')}${close} # here`,
              ...pairs.map(([key, one]) => `${key} = ${one}`),
            ].join('\n'),
          )
          .join('\n');
        let parsed: unknown;
        try {
          parsed = parse(text);
        } catch {
          return;
        }
        const keys = findTomlKeys(text);
        for (const path of pathsOf(parsed)) expect([...keys.keys()]).toContain(tomlPathId(path));
      }),
      { numRuns: 500 },
    );
  });
});

function pathsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (Array.isArray(value)) return value.flatMap((one, at) => pathsOf(one, [...path, at]));
  if (typeof value !== 'object' || value === null || value instanceof Date)
    return path.length > 0 ? [path] : [];
  return Object.entries(value).flatMap(([name, one]) => pathsOf(one, [...path, name]));
}
