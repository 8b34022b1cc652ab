import type { Sbom } from '../../../shared/contract';
import { listOf, memberOf, present, textOf } from './loose';
import { purlType } from './purl';

type Package = Sbom['packages'][number];

/** syft's property for a file that told of a component: `syft:location:0:path`. */
const locationProperty = /^syft:location:\d+:path$/;
/** Components that are no software of their own. */
const notPackages = new Set(['file']);
/** Components inside of components; more are made to fill the stack. */
const maxDepth = 32;

/** The components of a CycloneDX document, also those inside of others. */
export function cycloneDxOf(document: unknown): Sbom {
  const version = textOf(memberOf(document, 'specVersion'));
  return {
    format: version === undefined ? 'CycloneDX' : `CycloneDX ${version}`,
    ...present({ created: textOf(memberOf(document, 'metadata', 'timestamp')) }),
    tools: toolsOf(memberOf(document, 'metadata', 'tools')),
    packages: [...componentsOf(memberOf(document, 'components'), 0)],
  };
}

function* componentsOf(value: unknown, depth: number): Generator<Package, void, undefined> {
  if (depth > maxDepth) return;
  for (const component of listOf(value)) {
    const name = textOf(memberOf(component, 'name'));
    if (name !== undefined && !notPackages.has(textOf(memberOf(component, 'type')) ?? ''))
      yield packageOf(component, name);
    yield* componentsOf(memberOf(component, 'components'), depth + 1);
  }
}

function packageOf(component: unknown, name: string): Package {
  const group = textOf(memberOf(component, 'group'));
  const purl = textOf(memberOf(component, 'purl'));
  return {
    name: group === undefined ? name : `${group}/${name}`,
    ...present({
      version: textOf(memberOf(component, 'version')),
      type: purlType(purl),
      license: licenseOf(memberOf(component, 'licenses')),
      supplier: supplierOf(component),
      purl,
    }),
    locations: locationsOf(component),
  };
}

/** A list of licenses, or one expression. */
function licenseOf(value: unknown): string | undefined {
  const names = listOf(value).flatMap(
    (one) =>
      textOf(memberOf(one, 'expression')) ??
      textOf(memberOf(one, 'license', 'id')) ??
      textOf(memberOf(one, 'license', 'name')) ??
      [],
  );
  return names.length === 0 ? undefined : names.join(' AND ');
}

function supplierOf(component: unknown): string | undefined {
  const [author] = listOf(memberOf(component, 'authors'));
  return (
    textOf(memberOf(component, 'supplier', 'name')) ??
    textOf(memberOf(component, 'publisher')) ??
    textOf(memberOf(component, 'author')) ??
    textOf(memberOf(author, 'name'))
  );
}

function locationsOf(component: unknown): string[] {
  const told = listOf(memberOf(component, 'properties')).flatMap((property) =>
    locationProperty.test(textOf(memberOf(property, 'name')) ?? '')
      ? (textOf(memberOf(property, 'value')) ?? [])
      : [],
  );
  const seen = listOf(memberOf(component, 'evidence', 'occurrences')).flatMap(
    (occurrence) => textOf(memberOf(occurrence, 'location')) ?? [],
  );
  return [...new Set([...told, ...seen])];
}

/** A list until 1.4, an object with components since 1.5. */
function toolsOf(value: unknown): string[] {
  const tools = [...listOf(value), ...listOf(memberOf(value, 'components'))];
  return tools.flatMap((tool) => {
    const name = textOf(memberOf(tool, 'name'));
    if (name === undefined) return [];
    const version = textOf(memberOf(tool, 'version'));
    return [version === undefined ? name : `${name} ${version}`];
  });
}
