import type { Verdict } from '../core/record.ts';

/** A verdict without what it is a verdict on. */
export type Finding = Omit<Verdict, 'id' | 'title'>;
