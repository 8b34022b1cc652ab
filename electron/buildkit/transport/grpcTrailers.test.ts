import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrpcCode, GrpcError } from '../grpcStatus';
import {
  decodeGrpcMessage,
  encodeGrpcMessage,
  outcomeFromHttpStatus,
  outcomeFromTrailers,
  trailersFor,
} from './grpcTrailers';

describe('gRPC messages in headers', () => {
  it('survive any text and stay printable ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (message) => {
        const encoded = encodeGrpcMessage(message);
        expect(encoded).toMatch(/^[\x20-\x7e]*$/);
        expect(decodeGrpcMessage(encoded)).toBe(message);
      }),
    );
  });

  it('keep malformed escapes as they are', () => {
    expect(decodeGrpcMessage('50% of %zz and %4')).toBe('50% of %zz and %4');
  });
});

describe('trailers', () => {
  it('carry code, message and details both ways', () => {
    const sent = new GrpcError(GrpcCode.NOT_FOUND, 'keine Datei „x“\n', {
      details: Buffer.from([1, 2, 255]),
    });
    const received = outcomeFromTrailers(trailersFor(sent));
    expect(received).toMatchObject({ code: GrpcCode.NOT_FOUND, message: 'keine Datei „x“\n' });
    expect([...received!.details!]).toEqual([1, 2, 255]);
  });

  it('say OK as no error', () => {
    expect(outcomeFromTrailers(trailersFor(undefined))).toBeUndefined();
  });

  it('turn unknown codes into UNKNOWN and a missing status into INTERNAL', () => {
    expect(outcomeFromTrailers({ 'grpc-status': '99' })?.code).toBe(GrpcCode.UNKNOWN);
    expect(outcomeFromTrailers({ 'grpc-status': 'x' })?.code).toBe(GrpcCode.UNKNOWN);
    expect(outcomeFromTrailers({})?.code).toBe(GrpcCode.INTERNAL);
  });

  it('follow the table of HTTP statuses for answers that are not gRPC', () => {
    expect(outcomeFromHttpStatus(200)).toBeUndefined();
    expect(outcomeFromHttpStatus(404)?.code).toBe(GrpcCode.UNIMPLEMENTED);
    expect(outcomeFromHttpStatus(503)?.code).toBe(GrpcCode.UNAVAILABLE);
    expect(outcomeFromHttpStatus(418)?.code).toBe(GrpcCode.UNKNOWN);
  });
});
