/*
 * What `npm run scenario` and `firedrill run` do.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes } from '../../core/errors.ts';
import { Problems } from '../../core/problems.ts';
import type { DrillRecord } from '../../core/record.ts';
import { scenarios } from '../../scenarios/index.ts';
import { findArguments, usage } from './arguments.ts';
import { planOrClean } from './attach.ts';
import { comparisonText } from './compare.ts';
import { prepareDrills } from './drills.ts';
import { runToEnd } from './exit-after-output.ts';
import { exitCodeOf } from './exit-code.ts';
import { listText } from './list.ts';
import { repeatText } from './repeat.ts';
import { defaultRuns } from './session.ts';

const { stdout, stderr } = process;

async function main(args: readonly string[]): Promise<number> {
  const problems = new Problems();
  const { given, doubtful } = findArguments(args, problems);
  if (given.help) {
    problems.refuse();
    stdout.write(usage);
    return exitCodes.held;
  }
  if (given.attach !== undefined && (given.plan || given.clean)) {
    stdout.write(await planOrClean(given, given.attach, process.env, problems));
    return exitCodes.held;
  }
  if (given.names.length === 0) {
    problems.refuse();
    stdout.write(listText(scenarios, given.json));
    return exitCodes.held;
  }
  const stream = given.json ? stderr : stdout;
  const onRecord = (record: DrillRecord) => void stdout.write(`${JSON.stringify(record)}\n`);
  const output = { stream, ...(given.json ? { onRecord } : {}) };
  const drills = await prepareDrills({ given, doubtful }, output, problems);
  const records = await drills.run();
  if (given.repeat > 1) stream.write(repeatText(records));
  if (given.compare) {
    const samples = ({ id }: DrillRecord) =>
      readFile(join(given.runs ?? defaultRuns, id, 'samples.csv'), 'utf8');
    const compared = records.map(async (record) => ({
      record,
      // A drill that broke early has none.
      samples: await samples(record).catch(() => ''),
    }));
    stream.write(comparisonText(await Promise.all(compared)));
  }
  return exitCodeOf(records);
}

await runToEnd(main);
