import { testBuilders } from './testBuilders';

/**
 * Changes builders without a pause until it is killed: a Manifold that may die at any moment. Argument: the folder of
 * {@link testBuilders}. Prints a line once it has begun.
 */
const [folder] = process.argv.slice(2) as [string];
const builders = await testBuilders(folder);
const never = new AbortController().signal;
await builders.create({ name: 'victim', driver: 'remote', node: { endpoint: 'tcp://127.0.0.1:1' } });
process.stdout.write('writing\n');
for (let round = 0; ; round++) {
  await builders.append('victim', { name: `n${round}`, endpoint: `tcp://127.0.0.1:${2 + round}` });
  await builders.use('victim');
  await builders.setPlatforms('victim', `n${round}`, ['linux/arm64']);
  await builders.leave('victim', `n${round}`, never);
}
