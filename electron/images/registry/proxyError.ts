/**
 * What is wrong with a proxy: the environment's words for it can't be used, it can't be reached, it is none, it wants
 * another login, or it does not let us through.
 */
export type ProxyProblem = 'unusable' | 'unreachable' | 'no-proxy' | 'login' | 'refused';

/** It is the proxy that failed, and not who is behind it. The message goes on after the proxy's name; no secret is in it. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';

  /**
   * @param variable of the environment, which names the proxy
   * @param label host and port; undefined where the variable has none that can be used
   */
  constructor(
    readonly problem: ProxyProblem,
    readonly variable: string,
    message: string,
    readonly label?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
