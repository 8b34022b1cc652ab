import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, DescMethodUnary, MessageShape } from '@bufbuild/protobuf';
import { GrpcCode, GrpcError } from '../grpcStatus';
import type { SessionCall, SessionHandler } from './service';

/** A handler for a method with one request and one answer. `answer` may throw a {@link GrpcError}. */
export function unary<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  answer: (request: MessageShape<I>, call: SessionCall) => MessageShape<O> | Promise<MessageShape<O>>,
): SessionHandler {
  return async (call) => {
    const first = await call.messages[Symbol.asyncIterator]().next();
    if (first.done) throw new GrpcError(GrpcCode.INTERNAL, `${method.name} was called without a request.`);
    const request = fromBinary(method.input, first.value);
    await call.send(toBinary(method.output, await answer(request, call)));
  };
}
