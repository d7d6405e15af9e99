import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { type GateFinding, gateOutcomes } from '../../core/gate.ts';
import { project } from './cli.ts';

/** What a test reads of the result that `firedrill gate --json` prints. */
const resultSchema = z.object({
  outcome: z.enum(gateOutcomes),
  drills: z.array(z.object({ scenario: z.string(), outcome: z.string() })),
  findings: z.array(
    z.looseObject({
      kind: z.custom<GateFinding['kind']>((kind) => typeof kind === 'string'),
      alert: z.string().optional(),
      where: z.string(),
      message: z.string(),
    }),
  ),
});

export interface GateEnded {
  readonly exitCode: number | undefined;
  readonly stderr: string;
  /** Absent: it printed none. */
  readonly result?: z.output<typeof resultSchema>;
}

/**
 * Runs `firedrill gate --json` in a folder.
 *
 * @param interruptAt a text of its console at which it gets SIGINT.
 */
export async function runGate(
  cwd: string,
  args: readonly string[],
  interruptAt?: string,
): Promise<GateEnded> {
  const subprocess = execa('node', [join(project, 'harness/firedrill.ts'), 'gate', ...args, '--json'], {
    cwd,
    env: {
      PATH: [join(project, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
      GITHUB_STEP_SUMMARY: undefined,
    },
    reject: false,
    stdin: 'ignore',
    timeout: 1_200_000,
  });
  let output = '';
  let isInterrupted = interruptAt === undefined;
  subprocess.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (isInterrupted || interruptAt === undefined || !output.includes(interruptAt)) return;
    isInterrupted = true;
    subprocess.kill('SIGINT');
  });
  const { exitCode, stdout, stderr } = await subprocess;
  const line = stdout.split('\n').find((one) => one.startsWith('{'));
  return {
    exitCode,
    stderr,
    ...(line === undefined ? {} : { result: resultSchema.parse(JSON.parse(line)) }),
  };
}

/** A copy of an example in which gates run. */
export class GateFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async of(example: string): Promise<GateFolder> {
    const path = await mkdtemp(join(tmpdir(), 'gate-test-'));
    await cp(join(project, 'examples', example), path, { recursive: true });
    return new GateFolder(path);
  }

  /** Replaces texts in files; each must be there once. The returned object puts the files back. */
  async changed(
    changes: readonly (readonly [file: string, from: string, to: string])[],
  ): Promise<AsyncDisposable> {
    const before = new Map<string, string>();
    for (const [file, from, to] of changes) {
      const path = join(this.path, file);
      const text = await readFile(path, 'utf8');
      if (!before.has(path)) before.set(path, text);
      if (text.split(from).length !== 2) throw new Error(`${file} does not say this once: ${from}`);
      await writeFile(
        path,
        text.replace(from, () => to),
      );
    }
    return {
      async [Symbol.asyncDispose]() {
        for (const [path, text] of before) await writeFile(path, text);
      },
    };
  }

  /** Runs `firedrill gate --json` there. */
  async gate(args: readonly string[], interruptAt?: string): Promise<GateEnded> {
    return await runGate(this.path, args, interruptAt);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
