import { create } from '@bufbuild/protobuf';
import { CancelledError } from '../errors';
import { Control } from '../gen/moby/buildkit/v1/control_pb';
import {
  LLBBridge,
  PingRequestSchema,
  ReturnRequestSchema,
  SolveRequestSchema,
} from '../gen/moby/buildkit/v1/frontend/gateway_pb';
import { GrpcError } from '../grpcStatus';
import { solveErrorFromGrpc } from '../solveError';
import { solveRequestMessage } from '../solveRequest';
import type { ControlChannel } from '../transport/controlChannel';
import { vertexSources, type VertexSources } from './vertexSources';

/** Metadata by which the daemon finds the solve that a call of the gateway belongs to. */
const BUILD_ID = 'buildkit-controlapi-buildid';

/** A frontend and what it is asked. */
export interface FrontendQuestion {
  /** `dockerfile.v0`, or `gateway.v0` with the image in the attribute `source`. */
  readonly frontend: string;
  /** Such as `filename`, `platform`, `requestid`; see {@link SolveRequest.frontendAttrs}. */
  readonly frontendAttrs: Readonly<Record<string, string>>;
}

/** A solve that is kept open so that we can play its frontend, and have other frontends answer questions. */
export interface Gateway {
  /** What the daemon's gateway says it can do, such as `frontend.caps`. */
  readonly capabilities: ReadonlySet<string>;
  /**
   * Has a frontend answer; resolves with its result's metadata. Nothing is built.
   * @throws {SolveError} the frontend failed; {@link CancelledError}; {@link DaemonGoneError}
   */
  ask(question: FrontendQuestion, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
  /**
   * Has a frontend make its build graph and tells which lines each vertex of it comes from. Nothing is built. Errors as
   * for {@link ask}.
   */
  sources(question: FrontendQuestion, signal: AbortSignal): Promise<VertexSources>;
}

/** The identifiers of a {@link Gateway}'s solve. */
export interface GatewayCall {
  /** Unique on the daemon. */
  readonly ref: string;
  /** Id of the session that serves files and credentials. */
  readonly session: string;
}

/**
 * Opens a solve without a frontend, lets `work` ask, and ends the solve whatever happens; it never shows in the
 * daemon's history.
 *
 * @param discard called when an answer was given up on: it may be one that Node can't receive (details over 64 KiB),
 * which leaves the connection useless
 */
export async function withGateway<T>(
  channel: ControlChannel,
  discard: () => void,
  call: GatewayCall,
  work: (gateway: Gateway) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const metadata = { [BUILD_ID]: call.ref };
  const request = solveRequestMessage({ ...call, frontend: '', frontendAttrs: {}, internal: true });
  const solve = channel.unary(Control.method.solve, request, stop.signal);
  // A solve that the daemon ends by itself ends what `work` waits for.
  let failure: unknown;
  const solved = solve.catch((error: unknown) => {
    if (!stop.signal.aborted) failure = error;
    stop.abort(error);
  });
  const gateway = async (): Promise<Gateway> => {
    const pong = await channel.unary(LLBBridge.method.ping, create(PingRequestSchema), stop.signal, metadata);
    const solveFrontend = async ({ frontend, frontendAttrs }: FrontendQuestion, asking: AbortSignal) => {
      const question = create(SolveRequestSchema, {
        Frontend: frontend,
        FrontendOpt: { ...frontendAttrs },
        allowResultReturn: true,
        allowResultArrayRef: true,
      });
      const either = AbortSignal.any([stop.signal, asking]);
      try {
        return await channel.unary(LLBBridge.method.solve, question, either, metadata);
      } catch (error) {
        if (error instanceof CancelledError) discard();
        throw error instanceof GrpcError ? solveErrorFromGrpc(error) : error;
      }
    };
    return {
      capabilities: new Set(pong.FrontendAPICaps.filter(({ Enabled }) => Enabled).map(({ ID }) => ID)),
      ask: async (question, asking) => {
        const { result } = await solveFrontend(question, asking);
        return new Map(Object.entries(result?.metadata ?? {}));
      },
      sources: async (question, asking) => vertexSources(await solveFrontend(question, asking)),
    };
  };
  try {
    const result = await work(await gateway());
    const nothing = create(ReturnRequestSchema, { result: {} });
    await channel.unary(LLBBridge.method.return, nothing, stop.signal, metadata);
    await solve;
    return result;
  } catch (error) {
    throw failure ?? error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop.abort();
    await solved;
  }
}
