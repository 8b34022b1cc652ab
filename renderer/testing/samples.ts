import type {
  Boot,
  Builder,
  BuilderNode,
  BuildSummary,
  DriverDescription,
  Project,
} from '../../shared/contract';
import { defaultBuildSettings, defaultSettings } from '../../shared/contract';
import { scriptedStudio } from './scriptedStudio';
import type { ScriptedStudio } from './scriptedStudio';

export const sampleBoot: Boot = {
  version: '1.2.3',
  os: 'linux',
  systemLocale: 'en-US',
  settings: defaultSettings,
  layout: {},
  outputFolder: '/home/someone/outputs',
};

export const sampleProject: Project = {
  path: '/src/hello',
  name: 'hello',
  dockerfiles: [{ path: 'Dockerfile' }, { path: 'dev.Dockerfile' }],
  sample: false,
};

/** A running node, native on amd64, that emulates arm64. */
export function sampleNode(patch: Partial<BuilderNode> = {}): BuilderNode {
  return {
    name: 'local0',
    endpoint: 'unix:///run/buildkitd.sock',
    status: 'running',
    version: 'v0.32.2',
    platforms: [
      { platform: 'linux/amd64', emulated: false },
      { platform: 'linux/arm64', emulated: true },
    ],
    fixedPlatforms: [],
    driverOptions: {},
    flags: [],
    devices: [],
    canInstallEmulation: false,
    labels: {},
    gcPolicy: [],
    ...patch,
  };
}

/** A running builder of one node, native on amd64. */
export function sampleBuilder(patch: Partial<Builder> = {}): Builder {
  return {
    name: 'local',
    driver: 'local',
    origin: 'machine',
    current: true,
    canStart: true,
    canStop: true,
    canRemove: true,
    canAppend: false,
    canKeepState: true,
    nodes: [sampleNode()],
    ...patch,
  };
}

export function sampleBuild(patch: Partial<BuildSummary> = {}): BuildSummary {
  return {
    id: 'b1',
    number: 1,
    project: sampleProject.path,
    projectName: sampleProject.name,
    dockerfile: 'Dockerfile',
    builder: 'local',
    platforms: ['linux/amd64'],
    status: 'succeeded',
    startedMs: 1_000_000,
    endedMs: 1_010_000,
    warnings: 0,
    ...patch,
  };
}

/** A core that has one project with two Dockerfiles and takes everything that is kept. */
export function sampleStudio(
  answers: Parameters<typeof scriptedStudio>[0] = {},
  first: Parameters<typeof scriptedStudio>[1] = {},
): ScriptedStudio {
  return scriptedStudio(
    {
      'projects.open': () => sampleProject,
      'projects.readDockerfile': ({ dockerfile }) => ({
        text: `FROM scratch # ${dockerfile}\n`,
        revision: 'r1',
      }),
      'projects.buildSettings': () => ({ settings: { ...defaultBuildSettings, platforms: ['linux/amd64'] } }),
      'projects.saveDraft': () => undefined,
      'projects.saveBuildSettings': () => undefined,
      'projects.saveDockerfile': () => ({ revision: 'r2' }),
      'layout.update': () => undefined,
      'app.reportError': () => undefined,
      ...answers,
    },
    first,
  );
}

/** A driver that only dials what runs already. */
export function sampleDriver(patch: Partial<DriverDescription> = {}): DriverDescription {
  return {
    name: 'remote',
    summary: 'A daemon that is already running.',
    endpoint: { kind: 'address' },
    options: [],
    takesConfig: false,
    severalNodes: true,
    canTest: true,
    ...patch,
  };
}
