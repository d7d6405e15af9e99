import type { DrillLine } from '../../core/drill-line.ts';
import { badInput, type Problem } from '../../core/errors.ts';
import { exists } from '../../core/exists.ts';
import { shownPath } from '../../core/shown-path.ts';
import { drillLinesText } from '../ledger/append-lines.ts';
import { readDrillLines } from '../ledger/read-lines.ts';
import { writeOutput } from './output-files.ts';

/** What a drill runs on, as far as its times depend on it. */
export interface RunsOn extends Pick<DrillLine, 'scenario' | 'system' | 'pace'> {
  readonly stack: Omit<DrillLine['stack'], 'with'>;
}

export interface Baseline {
  /** Path, as displayed. */
  readonly file: string;
  /** Its drills that held, the oldest first. */
  readonly held: readonly DrillLine[];
  /** How many did not. */
  readonly notHeld: number;
}

/**
 * Reads a baseline.
 *
 * @param where the option or the key that names it, for messages.
 * @param set the words of the command that name the set, for messages.
 * @throws FiredrillError `bad-input` if there is none, if it has lines of another version, or if none of its drills held.
 */
export async function readBaseline(path: string, where: string, set: string): Promise<Baseline> {
  const file = shownPath(path);
  if (!(await exists(path)))
    throw badInput({
      where,
      message: `there is no file ${file}`,
      hint: `write it: firedrill gate ${set} --write-baseline ${file}`,
    });
  const lines = await readDrillLines([path]);
  const held = lines.filter(({ outcome }) => outcome === 'pass');
  if (held.length === 0)
    throw badInput({
      where: file,
      message: 'none of its drills held, so nothing can be compared with it',
      hint: `write it anew: firedrill gate ${set} --write-baseline ${file}`,
    });
  return { file, held, notHeld: lines.length - held.length };
}

const isSameStack = (a: RunsOn, b: RunsOn): boolean =>
  a.system === b.system &&
  a.pace === b.pace &&
  a.stack.name === b.stack.name &&
  a.stack.topology === b.stack.topology &&
  a.stack.runtime === b.stack.runtime;

/** `the stack full, sidecar, on process, at pace fast` */
const stackText = ({ system, pace, stack: { name, topology, runtime } }: RunsOn): string =>
  `${system}, stack ${name}, topology ${topology}, runtime ${runtime}, pace ${pace}`;

/** The drills of a baseline as far as they can be compared. */
export interface Comparable {
  readonly lines: readonly DrillLine[];
  /** How many drills of scenarios that are drilled ran on another stack. */
  readonly onOtherTerms: number;
}

/**
 * The drills of a baseline with which those of now can be compared: of a scenario that is drilled, those on the same stack;
 * of any other scenario all.
 *
 * @throws FiredrillError `bad-input` with each scenario whose drills all ran on another stack.
 */
export function comparable({ file, held }: Baseline, planned: readonly RunsOn[]): Comparable {
  const problems = planned.flatMap((now): Problem[] => {
    const before = held.filter(({ scenario }) => scenario === now.scenario);
    const [other] = before.filter((line) => !isSameStack(line, now));
    if (!other || before.some((line) => isSameStack(line, now))) return [];
    return [
      {
        where: file,
        message: `${now.scenario} was drilled on other terms (${stackText(other)}) than now (${stackText(now)}), so times cannot be compared`,
        hint: [other, now].some(({ stack }) => stack.runtime === 'attached')
          ? 'the drills of a staging are compared with drills of that staging alone: write a baseline of its own'
          : 'drill as the baseline does, by the options --stack, --topology, --runtime and --pace, or write a baseline of its own for these terms',
      },
    ];
  });
  if (problems.length > 0) throw badInput(...problems);
  const lines = held.filter((line) => {
    const now = planned.filter(({ scenario }) => scenario === line.scenario);
    return now.length === 0 || now.some((one) => isSameStack(line, one));
  });
  return { lines, onOtherTerms: held.length - lines.length };
}

/** Writes drills as a baseline. */
export const writeBaseline = (path: string, lines: readonly DrillLine[]): Promise<void> =>
  writeOutput(path, drillLinesText(lines));
