import { Duplex } from 'node:stream';

/** Two streams, each reading what the other is written: a connection without a network and with endless buffers. */
export function connectedPair(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const make = (other: number): Duplex =>
    new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        ends[other]!.push(Buffer.from(chunk));
        done();
      },
      final(done) {
        ends[other]!.push(null);
        done();
      },
      destroy(error, done) {
        if (!ends[other]!.destroyed) ends[other]!.destroy();
        done(error);
      },
    });
  ends.push(make(1), make(0));
  return [ends[0]!, ends[1]!];
}
