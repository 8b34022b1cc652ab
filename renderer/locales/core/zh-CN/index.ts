import { builders } from './builders';
import { buildkit } from './buildkit';
import { builds } from './builds';
import { daemonConfig } from './daemonConfig';
import { docker } from './docker';
import { driverForms } from './driverForms';
import { images } from './images';
import { kubernetes } from './kubernetes';
import { layers } from './layers';
import { localDaemon } from './localDaemon';
import { registry } from './registry';
import { shared } from './shared';
import { system } from './system';
import type { TextTable } from '../translator';

/** The tables of each area, by its name. */
export const areas = {
  builders,
  buildkit,
  builds,
  daemonConfig,
  docker,
  driverForms,
  images,
  kubernetes,
  layers,
  localDaemon,
  registry,
  shared,
  system,
} satisfies Record<string, TextTable>;

/** All texts of the core in simplified Chinese. */
export const zhCN: TextTable = Object.assign({}, ...Object.values(areas)) as TextTable;
