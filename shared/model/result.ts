/** What a parser of typed text returns: bad input is an answer, not an exception. */
export type Result<T, E> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };
