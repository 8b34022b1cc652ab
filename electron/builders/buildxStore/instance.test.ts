import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builderOf, instanceFileName, instanceOf, parseInstance } from './instance';

const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9._-]{0,8}$/);
const known = [
  ...['Name', 'Driver', 'Nodes', 'Endpoint', 'Platforms', 'DriverOpts', 'Flags', 'Files'],
  '__proto__',
];
const others = fc.dictionary(
  fc.string().filter((key) => !known.includes(key)),
  fc.jsonValue(),
);
const options = fc.dictionary(
  fc.string().filter((key) => key !== '__proto__'),
  fc.oneof(fc.string(), fc.integer()),
);
const platform = fc.record(
  {
    architecture: fc.constantFrom('amd64', 'arm64', 'arm'),
    os: fc.constantFrom('linux', 'windows'),
    variant: fc.constantFrom('v7', 'v6'),
    'os.version': fc.constant('10.0.17763'),
    'os.features': fc.constant(['win32k']),
  },
  { requiredKeys: ['architecture', 'os'] },
);
const orNothing = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.oneof(fc.constant(null), value);
const base64 = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'));
const held = fc.record(
  {
    Platforms: orNothing(fc.array(platform, { maxLength: 3 })),
    DriverOpts: orNothing(options),
    Flags: orNothing(fc.array(fc.string())),
    Files: orNothing(
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        base64,
      ),
    ),
  },
  { requiredKeys: [] },
);
const node = fc
  .tuple(others, name, fc.string(), held)
  .map(([rest, Name, Endpoint, fields]) => ({ ...rest, ...fields, Name, Endpoint }));
const instance = fc
  .tuple(others, name, fc.string(), fc.array(node))
  .map(([rest, Name, Driver, Nodes]) => ({ Dynamic: false, ...rest, Name, Driver, Nodes }));

describe('an instance of buildx', () => {
  it('comes back whole, unknown fields included, when nothing is changed', () => {
    fc.assert(
      fc.property(instance, (written) => {
        const before = parseInstance(JSON.stringify(written));
        const after = instanceOf(builderOf(written.Name.toLowerCase(), before), before);
        expect(JSON.parse(JSON.stringify(after))).toEqual(JSON.parse(JSON.stringify(written)));
      }),
    );
  });

  it('keeps everything but what is changed, and the nodes that stay', () => {
    fc.assert(
      fc.property(instance, fc.nat(), fc.string({ minLength: 1 }), (written, pick, address) => {
        const before = parseInstance(JSON.stringify(written));
        const builder = builderOf(written.Name.toLowerCase(), before);
        const at = written.Nodes.length === 0 ? -1 : pick % written.Nodes.length;
        const nodes = builder.nodes.map((known, index) =>
          index === at ? { ...known, endpoint: address } : known,
        );
        const after = instanceOf({ ...builder, nodes }, before);
        const expected = written.Nodes.map((known, index) =>
          index === at ? { ...known, Endpoint: address } : known,
        );
        expect(JSON.parse(JSON.stringify(after))).toEqual(
          JSON.parse(JSON.stringify({ ...written, Nodes: expected })),
        );
      }),
    );
  });

  it('is written as buildx writes it', () => {
    const address = 'tcp://host:1234';
    const nothing = { options: {}, platforms: [], flags: [], files: {} };
    const nodes = [
      { ...nothing, name: 'myb0', endpoint: address },
      {
        name: 'myb1',
        endpoint: address,
        options: { cacert: '/ca.pem' },
        platforms: ['linux/arm64', 'linux/arm/v7'],
        flags: ['--debug'],
        files: { 'buildkitd.toml': 'ZGVidWcgPSB0cnVl' },
      },
    ];
    expect(JSON.stringify(instanceOf({ name: 'MyB', driver: 'remote', nodes }))).toBe(
      '{"Name":"MyB","Driver":"remote","Nodes":[' +
        '{"Name":"myb0","Endpoint":"tcp://host:1234","Platforms":null,"DriverOpts":null,"Flags":null,"Files":null},' +
        '{"Name":"myb1","Endpoint":"tcp://host:1234",' +
        '"Platforms":[{"architecture":"arm64","os":"linux"},{"architecture":"arm","os":"linux","variant":"v7"}],' +
        '"DriverOpts":{"cacert":"/ca.pem"},"Flags":["--debug"],"Files":{"buildkitd.toml":"ZGVidWcgPSB0cnVl"}}' +
        '],"Dynamic":false}',
    );
  });

  it('forgets options that were taken away', () => {
    const before = parseInstance(
      '{"Name":"b","Driver":"remote","Nodes":[{"Name":"b0","Endpoint":"tcp://h:1","DriverOpts":{"cacert":"/c"}}]}',
    );
    const nodes = [{ name: 'b0', endpoint: 'tcp://h:1', options: {}, platforms: [], flags: [], files: {} }];
    expect(instanceOf({ name: 'b', driver: 'remote', nodes }, before).Nodes?.[0]?.DriverOpts).toEqual({});
  });

  it('goes by its file’s name', () => {
    const copied = parseInstance('{"Name":"Other","Driver":"remote","Nodes":[]}');
    expect(builderOf('mine', copied).name).toBe('mine');
    expect(builderOf('other', copied).name).toBe('Other');
    expect(instanceFileName('My.B_1-x')).toBe('my.b_1-x');
    for (const odd of ['', '1a', '../x', '.tmp-a', 'a b']) expect(instanceFileName(odd)).toBeUndefined();
  });

  it.each(['', '{', 'null', '[]', '{"Name":"b"}', '{"Name":1,"Driver":"remote"}'])('is not %j', (text) => {
    expect(() => parseInstance(text)).toThrow();
  });
});
