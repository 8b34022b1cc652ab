import { create, toBinary } from '@bufbuild/protobuf';
import { Health, HealthCheckRequestSchema } from './gen/grpc/health/v1/health_pb';
import { GrpcError } from './grpcStatus';
import type { Http2Connection } from './transport/http2Connection';

const PATH = `/${Health.typeName}/${Health.method.check.name}`;
const REQUEST = toBinary(HealthCheckRequestSchema, create(HealthCheckRequestSchema));

/**
 * Closes the connection when the daemon has been silent for an interval and then doesn't answer in time. A closed
 * socket is noticed without this; it is for networks that go dead. It calls the health service instead of sending
 * HTTP/2 pings, because a Go gRPC server ends connections that ping it more often than every five minutes. Any
 * answer is a sign of life, a refusal too. Returns a function that stops it.
 */
export function startHeartbeat(
  connection: Http2Connection,
  timing: { readonly intervalMs: number; readonly timeoutMs: number },
): () => void {
  let checking = false;
  let bytesSeen = connection.bytesRead;
  const beat = async (): Promise<void> => {
    if (checking) return;
    if (connection.bytesRead !== bytesSeen) {
      bytesSeen = connection.bytesRead;
      return;
    }
    checking = true;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timing.timeoutMs).unref();
    try {
      await connection.messages(PATH, REQUEST, limit.signal).next();
    } catch (error) {
      if (!(error instanceof GrpcError)) connection.close();
    } finally {
      clearTimeout(timer);
      checking = false;
      bytesSeen = connection.bytesRead;
    }
  };
  const timer = setInterval(() => void beat(), timing.intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
