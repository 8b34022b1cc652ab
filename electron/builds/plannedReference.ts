import { familiarName, parseReference, type ImageReference } from '../../shared/model/reference';

/** A reference of a plan, which has only such as can be read. */
export function plannedReference(reference: string): ImageReference {
  const parsed = parseReference(reference);
  if (!parsed.ok) throw new Error(`The plan has a bad reference: ${reference}`);
  return parsed.value;
}

/** A reference of a plan as people write it. */
export function plannedName(reference: string): string {
  return familiarName(plannedReference(reference));
}
