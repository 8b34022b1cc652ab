import type { Sbom } from '../../../shared/contract';
import { listOf, memberOf, present, textOf, textsOf } from './loose';
import { purlType } from './purl';

type Package = Sbom['packages'][number];

/** SPDX says so where it knows nothing. */
const noWords = new Set(['NOASSERTION', 'NONE']);
/** Relationships by which scanners tie a package to the files that told of it; syft writes the last one. */
const evidence = new Set(['OTHER', 'CONTAINS', 'EVIDENT_BY', 'DEPENDENCY_MANIFEST_OF']);
/** syft puts the place into the source information: `acquired package info from APK DB: /lib/apk/db/installed`. */
const acquiredFrom = /acquired package info from [^:]*: (.+)$/;

/** The packages of an SPDX 2 document. What the document itself is about, such as the scanned image, is none of them. */
export function spdxOf(document: unknown): Sbom {
  const files = new Map<string, string>();
  for (const file of listOf(memberOf(document, 'files'))) {
    const [id, name] = [textOf(memberOf(file, 'SPDXID')), textOf(memberOf(file, 'fileName'))];
    if (id !== undefined && name !== undefined) files.set(id, name);
  }
  const filesOf = new Map<string, Set<string>>();
  const described = new Set(textsOf(memberOf(document, 'documentDescribes')));
  for (const relationship of listOf(memberOf(document, 'relationships'))) {
    const from = textOf(memberOf(relationship, 'spdxElementId'));
    const to = textOf(memberOf(relationship, 'relatedSpdxElement'));
    const type = textOf(memberOf(relationship, 'relationshipType'));
    if (from === undefined || to === undefined || type === undefined) continue;
    if (type === 'DESCRIBES' && from === 'SPDXRef-DOCUMENT') described.add(to);
    if (!evidence.has(type)) continue;
    link(filesOf, from, files.get(to));
    link(filesOf, to, files.get(from));
  }
  const packages = listOf(memberOf(document, 'packages'));
  const isSubject = (one: unknown): boolean =>
    described.has(textOf(memberOf(one, 'SPDXID')) ?? '') && purlOf(one) === undefined;
  return {
    format: textOf(memberOf(document, 'spdxVersion')) ?? 'SPDX',
    ...present({ created: textOf(memberOf(document, 'creationInfo', 'created')) }),
    tools: textsOf(memberOf(document, 'creationInfo', 'creators')).flatMap((creator) => {
      const tool = /^Tool:\s*(.+)$/.exec(creator)?.[1];
      return tool === undefined ? [] : [tool];
    }),
    packages: packages
      .filter((one) => packages.length === 1 || !isSubject(one))
      .flatMap((one) => packageOf(one, filesOf) ?? []),
  };
}

function packageOf(value: unknown, filesOf: ReadonlyMap<string, ReadonlySet<string>>): Package | undefined {
  const name = textOf(memberOf(value, 'name'));
  if (name === undefined) return undefined;
  const purl = purlOf(value);
  const files = filesOf.get(textOf(memberOf(value, 'SPDXID')) ?? '') ?? [];
  const acquired = acquiredFrom.exec(textOf(memberOf(value, 'sourceInfo')) ?? '')?.[1]?.split(', ') ?? [];
  return {
    name,
    ...present({
      version: textOf(memberOf(value, 'versionInfo')),
      type: purlType(purl),
      license: said(memberOf(value, 'licenseConcluded')) ?? said(memberOf(value, 'licenseDeclared')),
      supplier: said(memberOf(value, 'supplier')) ?? said(memberOf(value, 'originator')),
      purl,
    }),
    locations: [...new Set([...acquired, ...files].map((file) => file.trim()))],
  };
}

function purlOf(value: unknown): string | undefined {
  const reference = listOf(memberOf(value, 'externalRefs')).find(
    (one) => memberOf(one, 'referenceType') === 'purl',
  );
  return textOf(memberOf(reference, 'referenceLocator'));
}

/** Without the kind in front: `Organization: Alpine`. */
function said(value: unknown): string | undefined {
  const words = textOf(value)?.replace(/^(?:Person|Organization):\s*/, '');
  return words === undefined || noWords.has(words) ? undefined : words;
}

function link(filesOf: Map<string, Set<string>>, element: string, file: string | undefined): void {
  if (file === undefined) return;
  const known = filesOf.get(element);
  if (known === undefined) filesOf.set(element, new Set([file]));
  else known.add(file);
}
