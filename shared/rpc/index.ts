export { tableHandlers, type RpcContext, type RpcHandlers } from './handlers';
export { createMemoryPorts } from './memoryPort';
export { createPeer, type PeerOptions, type RpcPeer } from './peer';
export type { RpcPort } from './port';
export { RpcError, rpcCodes } from './rpcError';
export type { RpcObserver } from './subscription';
