import { badInput, messageOf } from '../core/errors.ts';
import { type DrillRecord, readableVersions, recordSchema } from '../core/record.ts';

/**
 * record.json: the record as it is, in the key order of its schema, so that two records compare line by line.
 * A record that its own schema refuses is written all the same: it is the evidence of what went wrong.
 */
export function renderJson(record: DrillRecord): string {
  const ordered = recordSchema.safeParse(record);
  return `${JSON.stringify(ordered.success ? ordered.data : record, null, 2)}\n`;
}

/**
 * Reads a record back.
 *
 * @param file where the text came from, for the messages.
 * @throws FiredrillError `bad-input`: no JSON, another version, or every place where it is no record.
 */
export function readRecord(text: string, file = 'record.json'): DrillRecord {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw badInput({ where: file, message: `not JSON: ${messageOf(error)}` });
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
  const parsed = recordSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw badInput(
    ...parsed.error.issues.map(({ path, message }) => ({
      where: `${file}: ${path.map(String).join('.') || '(whole)'}`,
      message,
    })),
  );
}
