import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { recordSchema } from '../core/record.ts';

/** The committed JSON Schema of record.json, for consumers in other languages. */
export const recordSchemaFile = new URL('record.schema.json', import.meta.url);

/** The text of `record.schema.json`, generated from the schema in the code. */
export function renderRecordSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(recordSchema, { target: 'draft-2020-12' });
  const schema = {
    $schema,
    title: 'firedrill drill record',
    description:
      'The versioned record of one fire drill for alerting. Times named "at", "from", "to" or "…At" are wall time in epoch milliseconds; lengths named "…Ms" are milliseconds. Made by `node reports/schema.ts`; do not edit.',
    ...rest,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (import.meta.main) await writeFile(recordSchemaFile, renderRecordSchema());
