import { StudioError, procedures, streams, type CallContext, type Studio } from '../../shared/contract';
import { RpcError, type RpcHandlers } from '../../shared/rpc';

/** Told of every defect, so that it reaches the log; `name` is the call's. */
export type DefectReport = (name: string, error: unknown) => void;

/**
 * Puts the studio behind an RPC peer: looks names up among the contract's own keys only, validates parameters before
 * the studio sees them, and turns whatever is thrown into the data of a StudioError.
 */
export function serveStudio(studio: Studio, onDefect: DefectReport): RpcHandlers {
  return {
    async call(name, params, context) {
      if (!isOwnKey(procedures, name)) throw unknownName(name);
      const checked = validate(name, procedures[name].params, params);
      try {
        const procedure = studio.procedures[name] as (
          params: unknown,
          context: CallContext,
        ) => Promise<unknown>;
        return await procedure(checked, context);
      } catch (error) {
        throw asWireError(name, error, onDefect);
      }
    },
    async *subscribe(name, params, context) {
      if (!isOwnKey(streams, name)) throw unknownName(name);
      const checked = validate(name, streams[name].params, params);
      try {
        const stream = studio.streams[name] as (
          params: unknown,
          context: CallContext,
        ) => AsyncIterable<unknown>;
        yield* stream(checked, context);
      } catch (error) {
        throw asWireError(name, error, onDefect);
      }
    },
  };
}

function isOwnKey<T extends object>(object: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(object, key);
}

function unknownName(name: string): RpcError {
  return new RpcError({ code: 'invalid-request', message: `There is no call "${name.slice(0, 80)}".` });
}

interface Schema {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: unknown }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
}

function validate(name: string, schema: Schema, params: unknown): unknown {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const at = issue?.path.map(String).join('.') ?? '';
  throw new RpcError({
    code: 'invalid-request',
    // The value itself stays out of the text: it may be a secret.
    message: `${name}: ${at === '' ? '' : `${at}: `}${issue?.message ?? 'does not fit'}`,
    details: { subject: at },
  });
}

function asWireError(name: string, error: unknown, onDefect: DefectReport): RpcError {
  if (error instanceof StudioError) return new RpcError(error.toData(), { cause: error });
  if (error instanceof Error && error.name === 'AbortError') {
    return new RpcError({ code: 'cancelled', message: 'Cancelled.' }, { cause: error });
  }
  onDefect(name, error);
  return new RpcError(
    {
      code: 'internal',
      message: error instanceof Error ? error.message : String(error),
      hint: 'This is a defect of Manifold. The log in its data folder has the details.',
    },
    { cause: error },
  );
}
