import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sbomSchema } from '../../../shared/contract';
import { ImageError } from '../document';
import { sbomOf } from './sbom';

describe('sbomOf', () => {
  it('reads SPDX as syft and BuildKit’s scanner write it', () => {
    const document = {
      predicateType: 'https://spdx.dev/Document',
      predicate: {
        spdxVersion: 'SPDX-2.3',
        creationInfo: {
          created: '2024-01-01T00:00:00Z',
          creators: ['Organization: Anchore', 'Tool: syft-1.0'],
        },
        packages: [
          { SPDXID: 'SPDXRef-DocumentRoot', name: 'the image', versionInfo: '1' },
          {
            SPDXID: 'SPDXRef-a',
            name: 'musl',
            versionInfo: '1.2.4',
            supplier: 'Person: Somebody (a@example.com)',
            licenseConcluded: 'NOASSERTION',
            licenseDeclared: 'MIT',
            sourceInfo: 'acquired package info from APK DB: /lib/apk/db/installed, /other',
            externalRefs: [
              { referenceType: 'cpe23Type', referenceLocator: 'cpe:2.3:a:musl' },
              { referenceType: 'purl', referenceLocator: 'pkg:apk/alpine/musl@1.2.4' },
            ],
          },
          { SPDXID: 'SPDXRef-b', name: 'left-pad', supplier: 'NOASSERTION', licenseConcluded: 'NONE' },
          { SPDXID: 'SPDXRef-nameless' },
        ],
        files: [{ SPDXID: 'SPDXRef-File-1', fileName: '/app/package.json' }],
        relationships: [
          {
            spdxElementId: 'SPDXRef-DOCUMENT',
            relatedSpdxElement: 'SPDXRef-DocumentRoot',
            relationshipType: 'DESCRIBES',
          },
          { spdxElementId: 'SPDXRef-b', relatedSpdxElement: 'SPDXRef-File-1', relationshipType: 'OTHER' },
          { spdxElementId: 'SPDXRef-b', relatedSpdxElement: 'SPDXRef-File-1', relationshipType: 'CONTAINS' },
          { spdxElementId: 'SPDXRef-a', relatedSpdxElement: 'SPDXRef-b', relationshipType: 'DEPENDS_ON' },
        ],
      },
    };
    expect(sbomOf(document)).toEqual({
      format: 'SPDX-2.3',
      created: '2024-01-01T00:00:00Z',
      tools: ['syft-1.0'],
      packages: [
        {
          name: 'musl',
          version: '1.2.4',
          type: 'apk',
          license: 'MIT',
          supplier: 'Somebody (a@example.com)',
          purl: 'pkg:apk/alpine/musl@1.2.4',
          locations: ['/lib/apk/db/installed', '/other'],
        },
        { name: 'left-pad', locations: ['/app/package.json'] },
      ],
    });
  });

  it.each(['1.4', '1.5', '1.6'])('reads CycloneDX %s', (specVersion) => {
    const tool = { vendor: 'aquasecurity', name: 'trivy', version: '0.50' };
    const document = {
      bomFormat: 'CycloneDX',
      specVersion,
      metadata: {
        timestamp: '2024-01-01T00:00:00Z',
        tools: specVersion === '1.4' ? [tool] : { components: [tool] },
      },
      components: [
        {
          type: 'library',
          group: '@babel',
          name: 'core',
          version: '7.0.0',
          purl: 'pkg:npm/%40babel/core@7.0.0',
          publisher: 'Babel',
          licenses: [{ license: { id: 'MIT' } }, { license: { name: 'Own' } }],
          properties: [
            { name: 'syft:location:0:path', value: '/app/package.json' },
            { name: 'syft:location:0:layerID', value: 'sha256:1' },
          ],
          components: [{ type: 'library', name: 'inner', licenses: [{ expression: 'MIT OR Apache-2.0' }] }],
        },
        { type: 'file', name: '/etc/passwd' },
        {
          type: 'operating-system',
          name: 'alpine',
          version: '3.20',
          evidence: { occurrences: [{ location: '/etc/os-release' }] },
        },
      ],
    };
    expect(sbomOf(document)).toEqual({
      format: `CycloneDX ${specVersion}`,
      created: '2024-01-01T00:00:00Z',
      tools: ['trivy 0.50'],
      packages: [
        {
          name: '@babel/core',
          version: '7.0.0',
          type: 'npm',
          license: 'MIT AND Own',
          supplier: 'Babel',
          purl: 'pkg:npm/%40babel/core@7.0.0',
          locations: ['/app/package.json'],
        },
        { name: 'inner', license: 'MIT OR Apache-2.0', locations: [] },
        { name: 'alpine', version: '3.20', locations: ['/etc/os-release'] },
      ],
    });
  });

  it('reads 20,000 packages in well under a second', () => {
    const count = 20_000;
    const packages = Array.from({ length: count }, (_, index) => ({
      SPDXID: `SPDXRef-${index}`,
      name: `package-${index}`,
      versionInfo: `${index}.0.0`,
      licenseDeclared: 'MIT',
      externalRefs: [{ referenceType: 'purl', referenceLocator: `pkg:npm/package-${index}@${index}.0.0` }],
    }));
    const files = packages.map((_one, index) => ({
      SPDXID: `SPDXRef-File-${index}`,
      fileName: `/node_modules/${index}/package.json`,
    }));
    const relationships = packages.map(({ SPDXID }, index) => ({
      spdxElementId: SPDXID,
      relatedSpdxElement: `SPDXRef-File-${index}`,
      relationshipType: 'OTHER',
    }));
    const text = JSON.stringify({ spdxVersion: 'SPDX-2.3', packages, files, relationships });
    const startedMs = performance.now();
    const sbom = sbomOf(JSON.parse(text));
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect(sbom.packages).toHaveLength(count);
    expect(sbom.packages[77]).toMatchObject({ type: 'npm', locations: ['/node_modules/77/package.json'] });
  });

  it('never fails otherwise than by saying that it is none', () => {
    const keys = [
      'packages',
      'files',
      'relationships',
      'components',
      'name',
      'purl',
      'licenses',
      'license',
      'tools',
    ];
    const more = [
      'metadata',
      'creationInfo',
      'creators',
      'externalRefs',
      'SPDXID',
      'properties',
      'type',
      '__proto__',
    ];
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.double(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom(...keys, ...more), tie('value'), { maxKeys: 6 }),
      ),
    })).value;
    const members = fc.dictionary(fc.constantFrom(...keys, ...more), value);
    fc.assert(
      fc.property(members, fc.constantFrom('spdxVersion', 'bomFormat', 'none'), (document, format) => {
        try {
          sbomSchema.parse(sbomOf({ ...document, [format]: 'x' }));
        } catch (error) {
          if (!(error instanceof ImageError)) throw error;
        }
      }),
    );
    let deep: unknown = { name: 'deep' };
    for (let level = 0; level < 5000; level++) deep = { name: 'n', components: [deep] };
    expect(sbomOf({ bomFormat: 'CycloneDX', components: [deep] }).packages).toHaveLength(33);
  });
});
