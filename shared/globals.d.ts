/* eslint-disable @typescript-eslint/no-explicit-any, no-var -- they have to fit the runtimes' own declarations */
/*
 * The globals beyond ECMAScript that both runtimes of `shared` have: Node and the browser. Declared by hand because
 * `shared` compiles with neither's types; where it is compiled along with them, these declarations merge into theirs.
 */

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: any;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: any): void;
}

declare var AbortController: { prototype: AbortController; new (): AbortController };

declare function structuredClone<T>(value: T): T;
declare function queueMicrotask(callback: () => void): void;
