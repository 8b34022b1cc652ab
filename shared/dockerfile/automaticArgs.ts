/** In the order of their documentation. */
export const automaticArgs = [
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDOSVERSION',
  'BUILDARCH',
  'BUILDVARIANT',
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETOSVERSION',
  'TARGETARCH',
  'TARGETVARIANT',
  'TARGETSTAGE',
] as const;

/** An argument that BuildKit gives a value by itself; resolve.ts knows which. */
export type AutomaticArg = (typeof automaticArgs)[number];

export function isAutomaticArg(name: string): name is AutomaticArg {
  return (automaticArgs as readonly string[]).includes(name);
}
