import { Buffer } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http2';
import { GrpcCode, GrpcError } from '../grpcStatus';

/**
 * The outcome that a call's trailers (or its only headers) tell: undefined for OK, otherwise the error.
 * Trailers without a status are an INTERNAL error, as the gRPC protocol wants it.
 */
export function outcomeFromTrailers(trailers: IncomingHttpHeaders): GrpcError | undefined {
  const status = single(trailers['grpc-status']);
  if (status === undefined)
    return new GrpcError(GrpcCode.INTERNAL, 'The daemon ended the call without a status.');
  const code = Number(status);
  if (code === 0) return undefined;
  const known = Number.isInteger(code) && code > 0 && code <= 16 ? (code as GrpcCode) : GrpcCode.UNKNOWN;
  const details = single(trailers['grpc-status-details-bin']);
  return new GrpcError(known, decodeGrpcMessage(single(trailers['grpc-message']) ?? ''), {
    ...(details !== undefined && { details: Buffer.from(details, 'base64') }),
  });
}

/** The outcome of a response that is not gRPC at all, following gRPC's table of HTTP statuses; undefined when it is gRPC. */
export function outcomeFromHttpStatus(status: number | undefined): GrpcError | undefined {
  if (status === 200) return undefined;
  const code =
    status === 400
      ? GrpcCode.INTERNAL
      : status === 401
        ? GrpcCode.UNAUTHENTICATED
        : status === 403
          ? GrpcCode.PERMISSION_DENIED
          : status === 404
            ? GrpcCode.UNIMPLEMENTED
            : status === 429 || status === 502 || status === 503 || status === 504
              ? GrpcCode.UNAVAILABLE
              : GrpcCode.UNKNOWN;
  return new GrpcError(
    code,
    `The peer answered with HTTP status ${status}: it may not be a BuildKit daemon.`,
  );
}

/** Trailers that end a served call: OK without an error. */
export function trailersFor(error: GrpcError | undefined): Record<string, string> {
  if (error === undefined) return { 'grpc-status': '0' };
  return {
    'grpc-status': String(error.code),
    'grpc-message': encodeGrpcMessage(error.message),
    ...(error.details !== undefined && {
      'grpc-status-details-bin': Buffer.from(error.details).toString('base64'),
    }),
  };
}

/** Percent-encodes a message as gRPC wants it: UTF-8 bytes outside printable ASCII, and `%` itself. */
export function encodeGrpcMessage(message: string): string {
  let encoded = '';
  for (const byte of Buffer.from(message, 'utf8')) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** Undoes {@link encodeGrpcMessage}. Malformed escapes stay as they are, since the message is only shown. */
export function decodeGrpcMessage(encoded: string): string {
  if (!encoded.includes('%')) return encoded;
  const bytes: number[] = [];
  const source = Buffer.from(encoded, 'utf8');
  for (let index = 0; index < source.byteLength; index++) {
    const hex = source[index] === 0x25 ? source.toString('latin1', index + 1, index + 3) : '';
    if (/^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      index += 2;
    } else {
      bytes.push(source[index]!);
    }
  }
  return Buffer.from(bytes).toString('utf8');
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
