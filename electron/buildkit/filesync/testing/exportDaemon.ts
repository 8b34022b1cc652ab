import { GrpcError } from '../../grpcStatus';
import { createExportService, type ExportTarget } from '../exportService';
import type { FileTransferError } from '../fileTransferError';
import type { FileWorkers } from '../fileWorkers';
import { PacketType } from '../packet';
import type { Stat } from '../stat';
import { MemoryCall } from './memoryCall';
import { decodePacket, encodePacket, type PlainPacket } from './packets';

/** What a daemon sends: entries, and the content of those that are asked for (else their `size` in zero bytes). */
export interface ScriptedEntry extends Partial<Stat> {
  content?: Uint8Array;
}

export interface ExportOutcome {
  error: FileTransferError | undefined;
  status: GrpcError | undefined;
  /** Text of the ERR packet we sent. */
  told: string | undefined;
  requested: number[];
}

/**
 * Plays a daemon that runs the local exporter. `instead` replaces the answer to a request; with `hasty` it ends the call
 * on our FIN and sends none.
 */
export async function exportEntries(
  workers: FileWorkers,
  target: ExportTarget,
  entries: readonly ScriptedEntry[],
  instead?: (id: number, call: MemoryCall) => PlainPacket[],
  { hasty = false } = {},
): Promise<ExportOutcome> {
  const end = new AbortController();
  const call = new MemoryCall({ 'buildkit-attachable-exporter-id': ['3'] }, end.signal);
  const outcome: ExportOutcome = { error: undefined, status: undefined, told: undefined, requested: [] };
  const send = (packet: PlainPacket): void => void call.deliver(encodePacket(packet));
  call.onSent = (payload) => {
    const packet = decodePacket(payload);
    if (packet.type === PacketType.error) outcome.told = Buffer.from(packet.data).toString();
    else if (packet.type === PacketType.fin && hasty) end.abort(new Error('the daemon ended the call'));
    else if (packet.type === PacketType.fin) send({ type: PacketType.fin });
    else if (packet.type === PacketType.request) {
      outcome.requested.push(packet.id);
      if (instead) return instead(packet.id, call).forEach(send);
      const { content } = entries[packet.id]!;
      if (content?.length) send({ type: PacketType.data, id: packet.id, data: content });
      send({ type: PacketType.data, id: packet.id });
    }
  };
  const service = createExportService(new Map([[3, target]]), {
    workers,
    onError: (_id, error) => (outcome.error = error),
  });
  for (const { content, ...stat } of entries) {
    send({ type: PacketType.stat, stat: { size: BigInt(content?.length ?? 0), ...stat } });
  }
  send({ type: PacketType.stat });
  try {
    await service.methods['DiffCopy']!(call);
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error;
    outcome.status = error;
  }
  return outcome;
}
