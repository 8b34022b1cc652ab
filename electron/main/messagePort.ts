import type { MessagePortMain } from 'electron';
import type { RpcPort } from '../../shared/rpc';

/** An Electron port as the RPC peer's transport. */
export function rpcPortOf(port: MessagePortMain): RpcPort {
  return {
    post: (message) => port.postMessage(message),
    onMessage(listener) {
      const receive = (event: { data: unknown }): void => listener(event.data);
      port.on('message', receive);
      port.start();
      return () => port.off('message', receive);
    },
    onClose(listener) {
      port.on('close', listener);
      return () => port.off('close', listener);
    },
    close: () => port.close(),
  };
}
