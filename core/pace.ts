import { parseDuration } from './duration.ts';

/** How fast a drill runs: one factor divides every duration of rules, windows, intervals and targets. */
export interface Pace {
  readonly name: 'real' | 'fast';
  readonly factor: number;
}

/**
 * 15 turns the usual scrape and evaluation interval of 15 s into 1 s, the shortest that the components keep reliably.
 */
export const paces = {
  real: { name: 'real', factor: 1 },
  fast: { name: 'fast', factor: 15 },
} as const satisfies Record<string, Pace>;

export const paceNames = ['fast', 'real'] as const;

/** A duration as written, in milliseconds at the drill's pace. */
export const paced = (duration: string, { factor }: Pick<Pace, 'factor'>): number =>
  (parseDuration(duration) ?? 0) / factor;
