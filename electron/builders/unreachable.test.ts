import { expect, it } from 'vitest';
import { unreachable } from './unreachable';

const failure = (code: string, message = 'words', cause?: unknown) =>
  Object.assign(new Error(message, { cause }), { code });

it.each([
  ['ECONNREFUSED', 'nothing listens'],
  ['ENOENT', 'no such socket'],
  ['CERT_HAS_EXPIRED', 'expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'another host name'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'refuses the client certificate'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'refuses the client certificate'],
  ['ERR_OSSL_PEM_NO_START_LINE', 'damaged'],
  ['EOTHER', 'words'],
])('%s', (code, words) => {
  const cause = failure(code);
  const error = unreachable('tcp://host:1', undefined, cause);
  expect(error).toMatchObject({
    code: 'builder-unreachable',
    cause,
    details: { subject: 'tcp://host:1', cause: 'words' },
  });
  expect(error.message).toMatch(/^tcp:\/\/host:1 can’t be reached: .*\.$/);
  expect(error.message).toContain(words);
  expect(error.hint).toBeTruthy();
});

it('looks behind wrapped errors and those of several addresses', () => {
  expect(unreachable('x', undefined, failure('', 'outer', failure('ECONNREFUSED'))).message).toContain(
    'nothing listens',
  );
  expect(unreachable('x', undefined, new AggregateError([failure('EHOSTUNREACH')])).message).toContain(
    'no route',
  );
  expect(unreachable('x', undefined, undefined).message).toContain('unknown reason');
});
