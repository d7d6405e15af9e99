/*
 * `npm pack` runs this before it packs: it compiles the project into `dist`, because Node does not run TypeScript from
 * node_modules, and copies the files that the code reads beside it.
 */
import { cp, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const project = fileURLToPath(new URL('..', import.meta.url));
const dist = join(project, 'dist');

/** Files beside the code, by folder. Tests and their data stay out. */
const data = [
  'package.json',
  'docs/runbooks/**/*',
  'docs/schemas/*.json',
  'scenarios/sets.yaml',
  'stacks/config*/**/*',
  'stacks/toolchain/recipes/**/*',
  'scripts/tools/**/*',
  'stacks/**/*.sh',
  'systems/**/*.sql',
  'reports/*.json',
];
/** A recipe's source is part of the key under which its tool is in the cache. */
const isSource = (path: string): boolean =>
  path.endsWith('.ts') && !/^stacks\/toolchain\/recipes\//.test(path);
const isData = (path: string): boolean =>
  !isSource(path) && !path.endsWith('/README.md') && !/\/testing\//.test(path);

await rm(dist, { recursive: true, force: true });
await execa('tsc', ['-p', 'tsconfig.package.json'], { cwd: project, preferLocal: true, stdio: 'inherit' });
for await (const entry of glob(data, { cwd: project, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name).slice(project.length);
  if (!entry.isFile() || !isData(path)) continue;
  await mkdir(dirname(join(dist, path)), { recursive: true });
  await cp(join(project, path), join(dist, path));
}
// The compiler rewrites imports. Programs that are started by their paths are texts to it. Files of users keep their names.
const program = /(['"`])(?!firedrill(?:\.config)?\.ts)([\w$./{}-]+)\.ts\1/g;
for await (const path of glob('**/*.js', { cwd: dist })) {
  const file = join(dist, path);
  const text = await readFile(file, 'utf8');
  const rewritten = text.replace(program, '$1$2.js$1');
  if (rewritten !== text) await writeFile(file, rewritten);
}
