/** The import rules of ARCHITECTURE.md, as far as a machine can check them. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'shared-is-plain',
      comment: 'shared runs in every runtime: it imports shared and zod, nothing else.',
      severity: 'error',
      from: { path: '^shared/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^shared/', '^node_modules/zod/'] },
    },
    {
      name: 'page-and-core-are-apart',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(electron|e2e|scripts)/' },
    },
    {
      name: 'page-has-no-node',
      severity: 'error',
      from: { path: '^renderer/', pathNot: '\\.test\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-and-page-are-apart',
      severity: 'error',
      from: { path: '^electron/' },
      to: { path: '^renderer/' },
    },
    {
      name: 'nothing-ships-tests',
      severity: 'error',
      from: { path: '^(electron|renderer|shared)/', pathNot: '(\\.test\\.tsx?$|/testing/|conformance)' },
      to: { path: '(^e2e/|\\.test\\.tsx?$|/testing/)' },
    },
    {
      name: 'electron-only-in-its-shell',
      severity: 'error',
      from: { path: '^electron/', pathNot: '^electron/(main|preload)/' },
      to: {
        path: '^(node_modules/)?electron($|/)',
        pathNot: '^electron/',
        dependencyTypes: ['npm', 'npm-dev'],
      },
    },
    {
      name: 'generated-code-stays-inside',
      severity: 'error',
      from: { pathNot: '^electron/buildkit/' },
      to: { path: '^electron/buildkit/gen/' },
    },
    {
      name: 'buildkit-knows-no-neighbour',
      severity: 'error',
      from: { path: '^electron/buildkit/', pathNot: '\\.test\\.ts$' },
      to: { path: '^electron/', pathNot: '^electron/buildkit/' },
    },
    {
      name: 'buildkit-through-its-front-door',
      severity: 'error',
      from: {
        path: '^electron/(builders|builds|checks|images|studio|main|projects|system)/',
        pathNot: '\\.test\\.ts$',
      },
      to: {
        path: '^electron/buildkit/',
        pathNot: '^electron/buildkit/(index\\.ts|filesync/(index|worker)\\.ts)$',
      },
    },
    {
      name: 'images-knows-no-builders',
      severity: 'error',
      from: { path: '^electron/images/', pathNot: '\\.test\\.ts$' },
      to: { path: '^electron/(builders|builds)/' },
    },
    {
      name: 'docker-knows-only-the-system',
      severity: 'error',
      from: { path: '^electron/docker/', pathNot: '\\.test\\.ts$' },
      to: { path: '^electron/', pathNot: '^electron/(docker|system)/' },
    },
    {
      name: 'docker-through-its-front-door',
      severity: 'error',
      from: { path: '^electron/', pathNot: '^electron/docker/|\\.test\\.ts$' },
      to: { path: '^electron/docker/', pathNot: '^electron/docker/index\\.ts$' },
    },
    {
      name: 'dockerode-without-its-own-connections',
      comment: 'docker-modem follows redirects, reads DOCKER_HOST by itself and accepts any SSH host key.',
      severity: 'error',
      from: { path: '^(electron|shared)/' },
      to: { path: '(^|/)(docker-modem|ssh2)(/|$)' },
    },
    {
      name: 'builders-knows-no-images',
      severity: 'error',
      from: { path: '^electron/builders/', pathNot: '\\.test\\.ts$' },
      to: { path: '^electron/(images|builds)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^out/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
