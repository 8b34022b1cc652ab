import type { SourceText } from './sourceText';
import type { Fix, FixKind, Violation } from './types';

/** ExposeProtoCasing. */
export function lowercaseProtocol(source: SourceText, violation: Violation): Fix[] {
  return replacePort(source, violation, 'lowercase-protocol', (port) => port.toLowerCase());
}

/** ExposeInvalidFormat: what stands before the container's port has no effect. */
export function containerPortOnly(source: SourceText, violation: Violation): Fix[] {
  return replacePort(source, violation, 'container-port-only', (port) =>
    port.slice(port.lastIndexOf(':') + 1),
  );
}

/** The message quotes the port as it is after expansion: one that comes from a variable can't be changed here. */
function replacePort(
  source: SourceText,
  { startLine, message }: Violation,
  kind: FixKind,
  change: (port: string) => string,
): Fix[] {
  const port = /'([^']+)'/.exec(message)?.[1];
  const expose = source.instructionAt(startLine);
  const words = expose.parts().args.filter(({ text }) => text === port);
  if (port === undefined || words.length === 0) return [];
  const newPort = change(port);
  return [
    {
      kind,
      values: { port, newPort },
      edits: words.map(({ start, end }) => expose.replace(start, end, newPort)),
    },
  ];
}
