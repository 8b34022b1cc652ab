import { expect, it } from 'vitest';
import { sampleColumn } from '../../../testing/imageColumns';
import { columnNames, shortColumnNames, shortImageNames } from './columnNames';

const column = (platform: string, imageName: string) => sampleColumn(platform, [], {}, { imageName });

it('calls the columns of one image by their platforms', () => {
  const columns = [column('linux/amd64', 'app:1'), column('linux/arm/v7', 'app:1'), column('', 'app:1')];
  expect(columnNames(columns)).toEqual(['linux/amd64', 'linux/arm/v7', 'app:1']);
  expect(shortColumnNames(columns)).toEqual(['amd64', 'arm/v7', 'app:1']);
});

it('calls those of several images by their names, and by what is the platform where that differs too', () => {
  const versions = [
    column('linux/amd64', 'ghcr.io/acme/app:1.3'),
    column('linux/amd64', 'ghcr.io/acme/app:1.4'),
  ];
  expect(columnNames(versions)).toEqual(['ghcr.io/acme/app:1.3', 'ghcr.io/acme/app:1.4']);
  expect(shortColumnNames(versions)).toEqual(['1.3', '1.4']);
  const both = [column('linux/amd64', 'ghcr.io/acme/app:1'), column('linux/arm64', 'ghcr.io/acme/tool:1')];
  expect(columnNames(both)).toEqual(['ghcr.io/acme/app:1 linux/amd64', 'ghcr.io/acme/tool:1 linux/arm64']);
  expect(shortColumnNames(both)).toEqual(['app:1 amd64', 'tool:1 arm64']);
});

it('shortens names of several repositories to their last part, unless that is the same', () => {
  const repositories = [
    column('linux/amd64', 'ghcr.io/acme/app:1'),
    column('linux/amd64', 'ghcr.io/acme/team/other:2'),
  ];
  expect(shortImageNames(repositories)).toEqual(['app:1', 'other:2']);
  const registries = [
    column('linux/amd64', 'ghcr.io/acme/app:1'),
    column('linux/amd64', 'example.com/app:1'),
  ];
  expect(shortImageNames(registries)).toEqual(['ghcr.io/acme/app:1', 'example.com/app:1']);
});
