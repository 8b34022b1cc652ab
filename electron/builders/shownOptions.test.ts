import { expect, it } from 'vitest';
import { shownOptions } from './shownOptions';

it('shows options as they are, but for what may be a secret', () => {
  expect(
    shownOptions({
      image: 'moby/buildkit:v0.32.2',
      'env.HTTP_PROXY': 'http://user:hunter2@proxy.example:3128/x',
      'env.REGISTRY_TOKEN': 'hunter2',
      'env.DB_PASSWORD': 'hunter2',
      'env.LEVEL': 'debug',
      cacert: '/tls/ca.pem',
    }),
  ).toEqual({
    image: 'moby/buildkit:v0.32.2',
    'env.HTTP_PROXY': 'http://user:••••••@proxy.example:3128/x',
    'env.REGISTRY_TOKEN': '••••••',
    'env.DB_PASSWORD': '••••••',
    'env.LEVEL': 'debug',
    cacert: '/tls/ca.pem',
  });
});
