import type { PhaseName } from './hops.ts';
import type { DrillRecord, Hop, Page, Phase } from './record.ts';

/** What a drill tells while it runs; the console renders it, nothing is judged by it. */
export type DrillEvent =
  | {
      readonly type: 'drill-started';
      readonly record: Pick<DrillRecord, 'id' | 'scenario' | 'pace' | 'stack'>;
      readonly directory: string;
    }
  /** `upToMs`: how long the phase may take before it gives up. */
  | {
      readonly type: 'phase-started';
      readonly phase: PhaseName;
      readonly awaits?: string;
      readonly upToMs?: number;
    }
  | { readonly type: 'phase-ended'; readonly phase: Phase }
  /** What the running phase last saw while it waits, e.g. `orders not ready: connection refused`. */
  | { readonly type: 'waiting'; readonly phase: PhaseName; readonly saw: string }
  | { readonly type: 'hop'; readonly alert: string; readonly hop: Hop }
  | { readonly type: 'page'; readonly page: Page }
  | { readonly type: 'note'; readonly message: string };

export type Tell = (event: DrillEvent) => void;
