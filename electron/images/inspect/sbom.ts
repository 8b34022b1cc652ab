import type { Sbom } from '../../../shared/contract';
import { ImageError } from '../document';
import { cycloneDxOf } from './cycloneDx';
import { memberOf } from './loose';
import { spdxOf } from './spdx';
import { unwrapStatement } from './statement';

/**
 * A software bill of materials in one form: SPDX 2 (spdx.github.io/spdx-spec) or CycloneDX 1 (cyclonedx.org/docs), as
 * JSON.
 *
 * @param document the statement's JSON, in an envelope or not
 * @throws ImageError when it is neither
 */
export function sbomOf(document: unknown): Sbom {
  const { predicateType, predicate } = unwrapStatement(document);
  // Some tools put the whole in a member of its own (in-toto attestation spec, predicates/spdx).
  const content = memberOf(predicate, 'Data') ?? predicate;
  if (memberOf(content, 'spdxVersion') !== undefined) return spdxOf(content);
  if (memberOf(content, 'bomFormat') !== undefined) return cycloneDxOf(content);
  throw new ImageError(
    `The statement${predicateType && ` of ${predicateType}`} is neither SPDX nor CycloneDX.`,
  );
}
