import type { Verdict } from '../core/record.ts';

/** A verdict without its check. */
export type Finding = Omit<Verdict, 'id' | 'title'>;

export const pass = (message: string, evidence: string[] = []): Finding => ({
  outcome: 'pass',
  message,
  evidence,
});
export const fail = (message: string, evidence: string[] = []): Finding => ({
  outcome: 'fail',
  message,
  evidence,
});
/** The evidence does not suffice to decide. */
export const undecided = (message: string, evidence: string[] = []): Finding => ({
  outcome: 'broken',
  message,
  evidence,
});

/** `1 line`, `2 lines`. */
export const countText = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? '' : 's'}`;
