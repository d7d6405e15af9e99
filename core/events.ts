import type { PhaseName } from './hops.ts';
import type { DrillRecord, Hop, Page, PhaseRecord } from './record.ts';

/** Progress events of a running drill. The console renders them; verdicts do not use them. */
export type DrillEvent =
  | {
      readonly type: 'drill-started';
      readonly record: Pick<DrillRecord, 'id' | 'scenario' | 'pace' | 'stack'>;
      readonly directory: string;
    }
  /** `awaits`: what the phase waits for; `upToMs`: its time limit. */
  | {
      readonly type: 'phase-started';
      readonly phase: PhaseName;
      readonly awaits?: string;
      readonly upToMs?: number;
    }
  | { readonly type: 'phase-ended'; readonly phase: PhaseRecord }
  /** What a waiting phase last observed, e.g. `web not ready: connection refused`. */
  | { readonly type: 'waiting'; readonly phase: PhaseName; readonly saw: string }
  | { readonly type: 'hop'; readonly alert: string; readonly hop: Hop }
  | { readonly type: 'page'; readonly page: Page }
  | { readonly type: 'note'; readonly message: string };

export type Tell = (event: DrillEvent) => void;
