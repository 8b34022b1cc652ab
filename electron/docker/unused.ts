/**
 * Stands in the bundle for the parts of dockerode that are not used: docker-modem (see modem.ts), its gRPC session and
 * its own tar. Calling one is a defect.
 */
export default function unused(): never {
  throw new Error('This part of dockerode is not in the bundle.');
}
