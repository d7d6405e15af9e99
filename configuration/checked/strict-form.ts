import { z } from 'zod';
import type { Faulty } from '../../core/input-problems.ts';
import type { Path } from '../../core/path.ts';

/* Values as Go's YAML library accepts them: any scalar in place of a string, and an empty value in place of any. */

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** An optional scalar. */
export const flat = z.custom<unknown>(isScalar, { error: 'expected a text, and no list or map' }).optional();

/** A required scalar. */
export const needed = z.custom<unknown>((value) => isScalar(value) && String(value ?? '').trim() !== '', {
  error: ({ input }) => (isScalar(input) ? 'is missing' : 'expected a text, and no list or map'),
});

export const listOf = <T extends z.ZodType>(item: T) => z.array(item).nullish();
export const mapOf = <T extends z.ZodType>(value: T) => z.record(z.string(), value).nullish();
/** A value that only the component's own tool checks. */
export const anything = z.unknown().optional();

/** Whether a misspelt key explains why a required key at a path is missing. */
export const isExplained = (faulty: readonly Faulty[], place: Path): boolean =>
  faulty.some(({ meant }) => meant?.length === place.length + 1 && place.every((key, i) => meant[i] === key));
