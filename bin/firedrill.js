#!/usr/bin/env node
/*
 * The command `firedrill`. It runs on the Node that was installed with it, because the machine's may be older.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const compiled = fileURLToPath(new URL('../dist/harness/firedrill.js', import.meta.url));
// A checkout has only the source.
const program = existsSync(compiled)
  ? compiled
  : fileURLToPath(new URL('../harness/firedrill.ts', import.meta.url));
const needed = 24;

if (Number(process.versions.node.split('.')[0]) >= needed) await import(program);
else {
  const node = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  // In a process group of its own, so that the terminal does not send it Ctrl-C besides: it would leave at once at a
  // second one, without an end in order.
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit', detached: true });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`cannot run ${node}: ${error.message}\n`);
    process.exitCode = 3;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal ? 130 : 3);
  });
}
