import type { Sbom } from '../../../../shared/contract';

export type Package = Sbom['packages'][number];

/** Packages and the text that they are searched by, in lower case; kept apart so that typing does not build it. */
export interface SearchablePackage {
  pack: Package;
  text: string;
}

export function searchablePackages(packages: readonly Package[]): SearchablePackage[] {
  return packages.map((pack) => ({
    pack,
    text: [pack.name, pack.version, pack.type, pack.license, pack.supplier, ...pack.locations]
      .filter((part) => part !== undefined)
      .join('\n')
      .toLowerCase(),
  }));
}

/** True of the packages that hold every word of the query, and are of the type unless that is empty. */
export function packageTest(query: string, type: string): ((one: SearchablePackage) => boolean) | undefined {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && type === '') return undefined;
  return ({ pack, text }) =>
    (type === '' || (pack.type ?? untyped) === type) && words.every((word) => text.includes(word));
}

/** Stands for the packages whose type is not known. */
export const untyped = '?';

/** How many packages there are of each type, most first. */
export function countByType(packages: readonly Package[]): { type: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { type = untyped } of packages) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts]
    .map(([type, count]) => ({ type, count }))
    .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
}
