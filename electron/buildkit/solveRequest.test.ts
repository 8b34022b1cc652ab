import { describe, expect, it } from 'vitest';
import { solveRequestMessage } from './solveRequest';

const call = { ref: 'r', session: 's', frontend: 'dockerfile.v0', frontendAttrs: { target: 't' } };

describe('solveRequestMessage', () => {
  it('names the first exporter twice: for old engines too', () => {
    const message = solveRequestMessage({
      ...call,
      exporters: [
        { type: 'oci', attrs: { tar: 'true' } },
        { type: 'image', attrs: { push: 'true' } },
      ],
    });
    expect(message).toMatchObject({ ExporterDeprecated: 'oci', ExporterAttrsDeprecated: { tar: 'true' } });
    expect(message.Exporters).toMatchObject([
      { Type: 'oci', Attrs: { tar: 'true' } },
      { Type: 'image', Attrs: { push: 'true' } },
    ]);
  });

  it('names none when there is none', () => {
    expect(solveRequestMessage(call)).toMatchObject({
      ExporterDeprecated: '',
      Exporters: [],
      Ref: 'r',
      Session: 's',
    });
  });

  it('passes caches, entitlements and the rest on', () => {
    const cache = { type: 'registry', attrs: { ref: 'x' } };
    const message = solveRequestMessage({
      ...call,
      cacheImports: [cache],
      cacheExports: [{ ...cache, attrs: { mode: 'max' } }],
      entitlements: ['network.host'],
      internal: true,
    });
    expect(message).toMatchObject({
      FrontendAttrs: { target: 't' },
      Cache: { Imports: [{ Type: 'registry', Attrs: { ref: 'x' } }], Exports: [{ Attrs: { mode: 'max' } }] },
      Entitlements: ['network.host'],
      Internal: true,
    });
  });
});
