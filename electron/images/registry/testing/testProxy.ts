import http from 'node:http';
import https from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface TestProxyOptions {
  /** Host and port that are asked for, and those they stand for; to others it opens no way. */
  readonly names: Readonly<Record<string, string>>;
  /** `user:password`; nobody is let through without. */
  readonly login?: string;
  /** PEM; with it the proxy is spoken to with TLS. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
}

/** An HTTP proxy, for tunnels and for plain requests, that alone knows where its names are. */
export interface TestProxy {
  readonly port: number;
  /** Request lines with the headers, tunnels' too. */
  readonly seen: { readonly line: string; readonly headers: http.IncomingHttpHeaders }[];
  /** How many connections clients have made, and how many of them are open. */
  readonly connections: { made: number; open: number };
  stop(): void;
}

/** Starts a proxy on the loopback address. */
export async function startTestProxy({ names, login, tls }: TestProxyOptions): Promise<TestProxy> {
  const seen: TestProxy['seen'] = [];
  const connections = { made: 0, open: 0 };
  const sockets = new Set<Duplex>();
  const held = (socket: Duplex): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  };
  const place = (target: string): readonly [host: string, port: number] | undefined => {
    const [host, port] = names[target]?.split(':') ?? [];
    return host === undefined ? undefined : [host, Number(port)];
  };
  /** The status line's end that says why not, if so. */
  const refusal = ({ method, url, headers }: http.IncomingMessage, target: string): string | undefined => {
    seen.push({ line: `${method} ${url}`, headers });
    const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
    if (headers['proxy-authorization'] !== wanted) return '407 Proxy Authentication Required';
    return place(target) === undefined ? '403 Forbidden' : undefined;
  };

  const server = tls === undefined ? http.createServer() : https.createServer(tls);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    connections.made++;
    connections.open++;
    held(socket);
    socket.once('close', () => connections.open--);
  });
  server.on('connect', (request: http.IncomingMessage, client: Duplex) => {
    const target = request.url ?? '';
    const why = refusal(request, target);
    if (why !== undefined) {
      client.end(`HTTP/1.1 ${why}\r\nContent-Length: 4\r\n\r\nno\r\n`);
      return;
    }
    const [host, port] = place(target)!;
    const onward = connect(port, host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(onward).pipe(client);
    });
    held(onward);
    client.once('close', () => onward.destroy());
    onward.once('close', () => client.destroy());
  });
  server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
    const url = URL.canParse(request.url ?? '') ? new URL(request.url!) : undefined;
    const target = `${url?.hostname}:${url?.port || 80}`;
    const why = refusal(request, target);
    if (why !== undefined || url === undefined) {
      response.writeHead(Number(why?.slice(0, 3) ?? 400)).end();
      return;
    }
    const { 'proxy-authorization': _own, ...headers } = request.headers;
    const [hostname, port] = place(target)!;
    const path = url.pathname + url.search;
    const onward = http.request({ hostname, port, path, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    connections,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
