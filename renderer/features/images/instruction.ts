/**
 * A step of an image's history as it stands in a Dockerfile: without the shell and the marks that builders put around
 * it (`/bin/sh -c #(nop) CMD ["sh"]`, `RUN /bin/sh -c apk add curl # buildkit`, `|2 A=1 B=2 /bin/sh -c make`).
 */
export function instructionText(createdBy: string): string {
  const text = createdBy.replace(/\s*# buildkit\s*$/, '').trim();
  const marker = /^\/bin\/sh -c #\(nop\)\s+/.exec(text);
  if (marker !== null) return text.slice(marker[0].length);
  const run = /^(RUN )?(?:\|\d+ .*?)?\/bin\/sh -c /.exec(text);
  return run === null ? text : `RUN ${text.slice(run[0].length).trim()}`;
}

/** The instruction's keyword, such as `COPY`, and what follows; no keyword where the text begins with none. */
export function splitInstruction(text: string): { keyword: string; rest: string } {
  const match = /^([A-Z]{3,11})(?:\s+|$)/.exec(text);
  return match === null
    ? { keyword: '', rest: text }
    : { keyword: match[1] ?? '', rest: text.slice(match[0].length) };
}
