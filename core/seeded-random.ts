import { createHash, randomInt } from 'node:crypto';

/** Seeds are integers from 0 to below this number. */
export const seedCount = 2 ** 32;

export const isSeed = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < seedCount;

export const randomSeed = (): number => randomInt(seedCount);

/**
 * A deterministic sequence of uniformly distributed numbers in [0, 1) per seed and name. Different names give
 * independent sequences.
 */
export function seededRandom(seed: number, name: string): () => number {
  let nth = 0;
  return () => {
    const digest = createHash('sha256').update(`${seed} ${name} ${nth++}`).digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  };
}
