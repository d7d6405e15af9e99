import { isSeed, seedCount } from '../../../../core/seeded-random.ts';

export interface Behaviour {
  /** Share of the charges to decline immediately, 0 to 1. */
  readonly failShare: number;
  /** Share of the other charges that are delayed, 0 to 1. */
  readonly slowShare: number;
  /** The delay in milliseconds: fixed, or uniformly distributed between two bounds. */
  readonly delayMs: number | readonly [min: number, max: number];
  /** Seed for the random decisions; absent: a random one. */
  readonly seed?: number;
}

export const normalBehaviour: Behaviour = { failShare: 0, slowShare: 1, delayMs: 0 };

const longestDelayMs = 600_000;

/**
 * Validates the body of a change; missing keys have their normal values. Returns every problem instead, if there is
 * one.
 */
export function parseBehaviour(body: unknown): Behaviour | { readonly faults: readonly string[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { faults: ['expected an object'] };
  const known = [...Object.keys(normalBehaviour), 'seed'];
  const faults = Object.keys(body)
    .filter((key) => !known.includes(key))
    .map((key) => `${key}: unknown; known are ${known.join(', ')}`);
  const wanted = { ...normalBehaviour, ...body } as Record<keyof Behaviour, unknown>;
  const { delayMs, seed } = wanted;
  for (const share of ['failShare', 'slowShare'] as const) {
    if (!within(wanted[share], 1)) faults.push(`${share}: expected a number from 0 to 1`);
  }
  if (!isDelay(delayMs)) {
    faults.push(`delayMs: expected a number from 0 to ${longestDelayMs}, or [min, max] of such numbers`);
  }
  if (seed !== undefined && !isSeed(seed))
    faults.push(`seed: expected a whole number from 0 to ${seedCount - 1}`);
  return faults.length > 0 ? { faults } : (wanted as unknown as Behaviour);
}

/** The next delay, in milliseconds. */
export function nextDelayMs({ delayMs }: Pick<Behaviour, 'delayMs'>, random: () => number): number {
  if (typeof delayMs === 'number') return delayMs;
  const [min, max] = delayMs;
  return min + random() * (max - min);
}

const within = (value: unknown, max: number): value is number =>
  typeof value === 'number' && value >= 0 && value <= max;

function isDelay(value: unknown): value is Behaviour['delayMs'] {
  if (!Array.isArray(value)) return within(value, longestDelayMs);
  const [min, max, ...rest]: unknown[] = value;
  return rest.length === 0 && within(max, longestDelayMs) && within(min, max);
}
