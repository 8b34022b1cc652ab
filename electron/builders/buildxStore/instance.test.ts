import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builderOf, instanceFileName, instanceOf, parseInstance } from './instance';

const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9._-]{0,8}$/);
const others = fc.dictionary(
  fc
    .string()
    .filter((key) => !['Name', 'Driver', 'Nodes', 'Endpoint', 'DriverOpts', '__proto__'].includes(key)),
  fc.jsonValue(),
);
const options = fc.dictionary(
  fc.string().filter((key) => !['address', '__proto__'].includes(key)),
  fc.oneof(fc.string(), fc.integer()),
);
const node = fc
  .tuple(others, name, fc.string(), fc.oneof(fc.constant(null), options))
  .map(([rest, Name, Endpoint, DriverOpts]) => ({ ...rest, Name, Endpoint, DriverOpts }));
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
          index === at ? { ...known, options: { ...known.options, address } } : known,
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
    const nodes = [
      { name: 'myb0', options: { address } },
      { name: 'myb1', options: { address, cacert: '/ca.pem' } },
    ];
    expect(JSON.stringify(instanceOf({ name: 'MyB', driver: 'remote', nodes }))).toBe(
      '{"Name":"MyB","Driver":"remote","Nodes":[' +
        '{"Name":"myb0","Endpoint":"tcp://host:1234","Platforms":null,"DriverOpts":null,"Flags":null,"Files":null},' +
        '{"Name":"myb1","Endpoint":"tcp://host:1234","Platforms":null,"DriverOpts":{"cacert":"/ca.pem"},"Flags":null,"Files":null}' +
        '],"Dynamic":false}',
    );
  });

  it('forgets options that were taken away', () => {
    const before = parseInstance(
      '{"Name":"b","Driver":"remote","Nodes":[{"Name":"b0","Endpoint":"tcp://h:1","DriverOpts":{"cacert":"/c"}}]}',
    );
    const nodes = [{ name: 'b0', options: { address: 'tcp://h:1' } }];
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
