import { createHash, randomInt } from 'node:crypto';

/** Seeds are whole numbers from 0 to below this. */
export const seeds = 2 ** 32;

export const isSeed = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < seeds;

export const anySeed = (): number => randomInt(seeds);

/**
 * Numbers from 0 to below 1, evenly distributed: the same ones for the same seed and name, and others for each name,
 * so that no decision takes numbers away from another.
 */
export function chance(seed: number, name: string): () => number {
  let nth = 0;
  return () => {
    const digest = createHash('sha256').update(`${seed} ${name} ${nth++}`).digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  };
}
