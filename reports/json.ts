import { badInput, messageOf } from '../core/errors.ts';
import { readInput } from '../core/input-problems.ts';
import { within } from '../core/path.ts';
import { type DrillRecord, readableVersions, recordSchema } from '../core/record.ts';

/**
 * record.json: the record in the key order of its schema, so that records can be compared line by line. A record that
 * does not match the schema is written anyway: it is the evidence of what went wrong.
 */
export function renderJson(record: DrillRecord): string {
  const ordered = recordSchema.safeParse(record);
  return `${JSON.stringify(ordered.success ? ordered.data : record, null, 2)}\n`;
}

/**
 * Parses a record.
 *
 * @param file where the text comes from, for error messages.
 * @throws FiredrillError `bad-input`: no JSON, another version, or every mismatch with the schema.
 */
export function readRecord(text: string, file = 'record.json'): DrillRecord {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw badInput({ where: file, message: `is no JSON: ${messageOf(error)}` });
  }
  const version =
    typeof input === 'object' && input !== null && 'version' in input ? input.version : undefined;
  if (!readableVersions.some((readable) => readable === version)) {
    throw badInput({
      where: `${file}: version`,
      message: `expected a drill record of version ${readableVersions.join(' or ')}, found ${JSON.stringify(version) ?? 'none'}`,
      hint: 'read it with the release of firedrill that wrote it',
    });
  }
  const read = readInput(recordSchema, input, within(file));
  if ('problems' in read) throw badInput(...read.problems);
  return read.value;
}
