import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FiredrillError, messageOf, type Problem } from '../../core/errors.ts';
import { readRecord } from '../../reports/json.ts';

/**
 * Reads the written record of a drill as a later judgement would.
 *
 * @returns every place where the record is invalid; empty for a valid record. Never throws.
 */
export async function readBack(directory: string): Promise<Problem[]> {
  const file = join(directory, 'record.json');
  try {
    readRecord(await readFile(file, 'utf8'), file);
    return [];
  } catch (error) {
    if (error instanceof FiredrillError) return [...error.problems];
    return [{ where: file, message: messageOf(error) }];
  }
}
