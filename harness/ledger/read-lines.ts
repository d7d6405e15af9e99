import { readFile } from 'node:fs/promises';
import { type DrillLine, drillLineSchema, drillLineVersion } from '../../core/drill-line.ts';
import { badInput } from '../../core/errors.ts';
import { unreadable } from '../../core/file-errors.ts';
import { readInput } from '../../core/input-problems.ts';
import { within } from '../../core/path.ts';
import { Problems } from '../../core/problems.ts';
import { shownPath } from '../../core/shown-path.ts';

/**
 * Reads drill lines. Empty lines are passed over; of several lines of one run the last one counts.
 *
 * @param file where the text comes from, for messages.
 * @returns the lines, the oldest drill first.
 * @throws FiredrillError `bad-input` with every line that is no drill line of this version.
 */
export function parseDrillLines(text: string, file: string): DrillLine[] {
  const problems = new Problems();
  const lines = text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    const read = problems.read(() => parseLine(line, `${file}:${i + 1}`));
    return read ? [read] : [];
  });
  problems.refuse();
  return mergedLines(lines);
}

/**
 * Reads the drill lines of several files as one.
 *
 * @throws FiredrillError `bad-input` with every file that cannot be read, and every line that is no drill line.
 */
export async function readDrillLines(files: readonly string[]): Promise<DrillLine[]> {
  const problems = new Problems();
  const all: DrillLine[] = [];
  for (const file of files) {
    const shown = shownPath(file);
    const text = await problems.readSoon(
      readFile(file, 'utf8').catch((error: unknown) => {
        throw badInput({ where: shown, message: unreadable(error) });
      }),
    );
    if (text !== undefined) all.push(...(problems.read(() => parseDrillLines(text, shown)) ?? []));
  }
  problems.refuse();
  return mergedLines(all);
}

/** One line for each run, the oldest drill first. */
export const mergedLines = (lines: readonly DrillLine[]): DrillLine[] =>
  [...new Map(lines.map((line) => [line.run, line])).values()].toSorted((a, b) => a.at - b.at);

function parseLine(line: string, where: string): DrillLine {
  const input = parsedJson(line, where);
  const version =
    typeof input === 'object' && input !== null && 'version' in input ? input.version : undefined;
  if (version !== drillLineVersion) {
    throw badInput({
      where: `${where}: version`,
      message: `expected a drill line of version ${drillLineVersion}, found ${JSON.stringify(version) ?? 'none'}`,
      hint: 'read it with the release of firedrill that wrote it',
    });
  }
  const read = readInput(drillLineSchema, input, within(where));
  if ('problems' in read) throw badInput(...read.problems);
  return read.value;
}

function parsedJson(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The message of the parser quotes the line, which anything may have been written into.
    throw badInput({
      where,
      message: 'is no JSON; expected one drill as a JSON object on one line',
      hint: 'remove the line: a write that was cut off, or a conflict of a merge, leaves such lines',
    });
  }
}
