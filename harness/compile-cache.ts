/*
 * Loading a command compiles some thousand modules. Node's compile cache saves half of that time and a fifth of the
 * memory. Import this before the command is loaded.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { cacheDirOf } from '../stacks/toolchain/cache-dir.ts';

// By default V8 lets the heap grow to several times the live data before it collects garbage, and its young generation to
// 32 MiB.
setFlagsFromString('--heap-growing-percent=20');
setFlagsFromString('--semi-space-growth-factor=1');
enableCompileCache(join(cacheDirOf(process.env), 'node-compile'));
