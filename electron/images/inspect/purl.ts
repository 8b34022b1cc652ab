/** The type in a package URL (github.com/package-url/purl-spec): `apk` of `pkg:apk/alpine/busybox@1.36`. */
export function purlType(purl: string | undefined): string | undefined {
  return /^pkg:\/*([a-zA-Z][a-zA-Z0-9.+-]*)\//.exec(purl ?? '')?.[1]?.toLowerCase();
}
