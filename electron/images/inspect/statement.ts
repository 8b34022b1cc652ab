import type { ImageDescriptor, Statement } from '../../../shared/contract';
import { ImageError } from '../document';
import { memberOf, objectOf, textOf } from './loose';

/** BuildKit docs/attestations/attestation-storage.md; cosign writes the other. */
const typeAnnotations = ['in-toto.io/predicate-type', 'predicateType'];

const provenance = /^https:\/\/slsa\.dev\/provenance\//;
const sbom = /^https:\/\/(?:spdx\.dev\/Document|cyclonedx\.org\/(?:bom|schema))/;

/** What is inside of a statement, however it is wrapped. */
export interface Unwrapped {
  predicateType: string;
  predicate: unknown;
}

/**
 * A statement by its descriptor, or else by its content.
 *
 * @param document its JSON, where the descriptor doesn't tell
 */
export function statementOf(descriptor: ImageDescriptor, document?: unknown): Statement {
  const told = typeAnnotations.map((key) => descriptor.annotations?.[key]).find(Boolean);
  const predicateType = told ?? (document === undefined ? '' : typeOf(document));
  return { kind: kindOf(predicateType), predicateType, descriptor };
}

/**
 * Takes a predicate out of its in-toto statement, and that out of a DSSE envelope or a Sigstore bundle around it. What
 * is wrapped in nothing is the predicate itself.
 *
 * @throws ImageError when an envelope holds no JSON
 */
export function unwrapStatement(document: unknown): Unwrapped {
  if (objectOf(document) === undefined) throw new ImageError('The statement is no JSON object.');
  const envelope = memberOf(document, 'dsseEnvelope') ?? document;
  const payload = textOf(memberOf(envelope, 'payload'));
  const statement = payload === undefined ? document : payloadOf(payload);
  const predicateType = textOf(memberOf(statement, 'predicateType'));
  if (predicateType === undefined) return { predicateType: typeByContent(statement), predicate: statement };
  return { predicateType, predicate: memberOf(statement, 'predicate') };
}

function kindOf(predicateType: string): Statement['kind'] {
  if (provenance.test(predicateType)) return 'provenance';
  return sbom.test(predicateType) ? 'sbom' : 'other';
}

function typeOf(document: unknown): string {
  try {
    return unwrapStatement(document).predicateType;
  } catch {
    return '';
  }
}

function typeByContent(document: unknown): string {
  if (memberOf(document, 'spdxVersion') !== undefined) return 'https://spdx.dev/Document';
  if (memberOf(document, 'bomFormat') !== undefined) return 'https://cyclonedx.org/bom';
  if (memberOf(document, 'buildDefinition') !== undefined) return 'https://slsa.dev/provenance/v1';
  if (memberOf(document, 'buildType') !== undefined) return 'https://slsa.dev/provenance/v0.2';
  return '';
}

function payloadOf(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch (cause) {
    throw new ImageError('The envelope holds no statement.', { cause });
  }
}
