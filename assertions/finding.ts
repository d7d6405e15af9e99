import type { Verdict } from '../core/record.ts';

/** A verdict without its check. */
export type Finding = Omit<Verdict, 'id' | 'title'>;
