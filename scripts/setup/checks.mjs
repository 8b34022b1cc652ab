/**
 * What `npm run check` looks at, one entry a check.
 */
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageProgram, run } from './command.mjs';
import { projectFolder } from './projectFolder.mjs';

const SKIPPED = new Set(['node_modules', 'out', 'dist', '.git']);

/** @param {string} program @param {...string} args @returns {() => Promise<unknown>} */
function packaged(program, ...args) {
  return () => run(packageProgram(program), args, { cwd: projectFolder, keep: 100_000 });
}

/** @param {string} folder @returns {Promise<Map<string, string>>} text of each file by relative path */
async function readTree(folder) {
  const files = new Map();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    files.set(path.relative(folder, file), await readFile(file, 'utf8'));
  }
  return files;
}

/** Generates the code again and compares it with what is committed. */
async function generatedCodeIsCurrent() {
  const folder = path.join('electron', 'buildkit', 'gen');
  const scratch = await mkdtemp(path.join(tmpdir(), 'manifold-generate-'));
  try {
    const bin = path.dirname(packageProgram('buf'));
    await run(packageProgram('buf'), ['generate', '-o', scratch], {
      cwd: projectFolder,
      env: { PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` },
    });
    const fresh = await readTree(path.join(scratch, folder));
    const committed = await readTree(path.join(projectFolder, folder));
    const differing = [...new Set([...fresh.keys(), ...committed.keys()])].filter(
      (name) => fresh.get(name) !== committed.get(name),
    );
    if (differing.length > 0) {
      throw new Error(
        `${folder} differs from what the .proto files give; run npm run generate:\n${differing.sort().join('\n')}`,
      );
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Validates electron-builder.yml against the schema that electron-builder itself ships. */
async function packagingIsValid() {
  const requireFromProject = createRequire(path.join(projectFolder, 'package.json'));
  const { Ajv } = await import('ajv');
  const schemaFile = requireFromProject.resolve('app-builder-lib/scheme.json');
  const schema = JSON.parse(await readFile(schemaFile, 'utf8'));
  // The YAML reader that electron-builder itself uses.
  const { load } = createRequire(schemaFile)('js-yaml');
  const configuration = load(await readFile(path.join(projectFolder, 'electron-builder.yml'), 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  if (!ajv.validate(schema, configuration)) {
    throw new Error(ajv.errorsText(ajv.errors, { dataVar: 'electron-builder.yml', separator: '\n' }));
  }
}

/** Every tsconfig of the project but the root's, which only names them. */
function typeScriptProjects() {
  const entries = readdirSync(projectFolder, { recursive: false, withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !SKIPPED.has(entry.name));
  return folders.flatMap(({ name }) =>
    readdirSync(path.join(projectFolder, name), { recursive: true, encoding: 'utf8' })
      .filter((file) => /^tsconfig(\..+)?\.json$/.test(path.basename(file)))
      .map((file) => path.posix.join(name, file.replaceAll('\\', '/'))),
  );
}

/** @returns {{ name: string, run: () => Promise<unknown> }[]} the slowest first */
export function listChecks() {
  return [
    { name: 'lint', run: packaged('eslint', '.') },
    ...typeScriptProjects().map((file) => ({ name: `types, ${file}`, run: packaged('tsc', '-p', file) })),
    {
      name: 'import rules',
      run: packaged('depcruise', '--config', '.dependency-cruiser.cjs', 'electron', 'renderer', 'shared'),
    },
    { name: 'generated code', run: generatedCodeIsCurrent },
    { name: 'dead code', run: packaged('knip') },
    { name: 'packaging', run: packagingIsValid },
    { name: 'format', run: packaged('prettier', '--check', '.') },
  ];
}
