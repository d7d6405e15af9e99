/*
 * The JSON Schemas of the files that users write, for their editors. `node harness/command/schemas.ts` writes them.
 */
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { scenarioSchema } from '../../core/scenario.ts';
import { stagingSchema } from '../../core/staging.ts';
import { systemSchema } from '../../core/system.ts';

const folder = new URL('../../docs/schemas/', import.meta.url);

const schemas = {
  'firedrill.schema.json': { title: 'A system that firedrill drills', of: systemSchema },
  'scenario.schema.json': { title: 'A scenario of firedrill', of: scenarioSchema },
  'staging.schema.json': { title: 'A staging that firedrill drills', of: stagingSchema },
} as const;

/** The text of each file. */
export function renderSchemas(): { readonly file: URL; readonly text: string }[] {
  return Object.entries(schemas).map(([name, { title, of }]) => {
    const { $schema, ...rest } = z.toJSONSchema(of, { target: 'draft-2020-12', io: 'input' });
    const description = 'Made by `node harness/command/schemas.ts`; do not edit.';
    return {
      file: new URL(name, folder),
      text: `${JSON.stringify({ $schema, title, description, ...rest }, null, 2)}\n`,
    };
  });
}

if (import.meta.main) for (const { file, text } of renderSchemas()) await writeFile(file, text);
