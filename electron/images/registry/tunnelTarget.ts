/** The other end of a tunnel. */
export interface TunnelTarget {
  /** Name or address, without brackets around IPv6. */
  readonly host: string;
  readonly port: number;
}

/** Host and port as URLs have them. */
export function authorityOf({ host, port }: TunnelTarget): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
