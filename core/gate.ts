import type { DependencyPart } from './dependencies.ts';
import type { AlertLine, DrillLine } from './drill-line.ts';
import type { CheckName } from './record.ts';

/*
 * What `firedrill gate` finds, as data. Lengths are in milliseconds at the pace of the drills.
 */

/** An expected page. */
export interface ExpectedPage extends Pick<AlertLine, 'alert' | 'receiver' | 'contactPoint' | 'rule'> {
  readonly scenario: string;
}

/** In how many of the drills of a scenario something was seen. */
export interface Share {
  readonly drills: number;
  readonly of: number;
}

/** Two figures, and by how much the one of now may exceed the other. */
export interface Exceeded {
  readonly nowMs: number;
  readonly beforeMs: number;
  readonly allowedMs: number;
}

/** Each of these makes the gate red. */
export type GateFinding =
  /** The baseline has drills of a scenario that is not in the set. */
  | { readonly kind: 'lost-scenario'; readonly scenario: string }
  /** The scenario no longer expects a page that it expected in the baseline. */
  | ({ readonly kind: 'lost-expectation' } & ExpectedPage)
  /** The scenario still expects the page, and no longer demands all that it demanded of it in the baseline. */
  | ({
      readonly kind: 'loosened-expectation';
      /** Labels that were demanded. */
      readonly labels: Readonly<Record<string, string>>;
      /** Whether a contact point was demanded. */
      readonly through?: string;
    } & ExpectedPage)
  /** An expected page did not arrive. */
  | ({ readonly kind: 'lost-alert' } & ExpectedPage & Share & Pick<AlertLine, 'lostAt' | 'cause'>)
  /** The alert has another name than in the baseline. `by`: the page under the new name was expected, or nobody expected it. */
  | ({
      readonly kind: 'renamed-alert';
      readonly to: string;
      readonly by: 'expectation' | 'page';
    } & ExpectedPage)
  /** A page that nobody expected, or an alert that was active while nothing was broken (without a receiver unless it paged). */
  | ({
      readonly kind: 'new-noise';
      readonly scenario: string;
    } & Share &
      Pick<DrillLine['noise'][number], 'alert' | 'receiver'>)
  /** An expected page arrived after its target. */
  | ({ readonly kind: 'late-alert'; readonly mttdMs: number; readonly targetMs?: number } & ExpectedPage &
      Share)
  /** An expected page takes longer than in the baseline, by its measured times, by its floor, or both. */
  | ({
      readonly kind: 'slower-alert';
      /** Medians of the MTTD. */
      readonly measured?: Exceeded;
      /** Medians of the mean of the floor. */
      readonly floor?: Exceeded;
      /** Parts of the configuration that have changed since the baseline. */
      readonly changed: readonly DependencyPart[];
    } & ExpectedPage)
  /** No drill knows the time of a hop of an alert, and every drill of the baseline does. */
  | ({ readonly kind: 'lost-hop'; readonly hop: AlertLine['hops'][number] } & ExpectedPage)
  /** A check of the baseline, such as a proof, is not made any more. */
  | ({ readonly kind: 'lost-check' } & CheckOfScenario)
  /** A check failed that no other finding explains. */
  | ({ readonly kind: 'failed-check' } & CheckOfScenario & Share)
  /** Fewer alerts are proven to page than the threshold demands. */
  | ({ readonly kind: 'too-few-proven' } & ProvenAlerts);

/** How many alerts of the files drills have proven to page, as the ledger says. */
export interface ProvenAlerts {
  readonly proven: number;
  readonly alerts: number;
  /** The share that is demanded, from 0 to 1. */
  readonly required: number;
}

/** A check, with the expected page that it is of, if it is of one. */
export interface CheckOfScenario {
  readonly scenario: string;
  /** Its id in the record. */
  readonly id: string;
  /** Absent: it is not known which. */
  readonly check?: CheckName;
  readonly page?: ExpectedPage;
}

/** An expected page in all drills of the set, beside the baseline. */
export interface ComparedPage extends ExpectedPage {
  /** In how many drills it arrived. */
  readonly arrived: Share;
  /** Medians; absent if it arrived in no drill. */
  readonly mttdMs?: number;
  readonly beforeMs?: number;
  /** By how much it may be slower. */
  readonly allowedMs?: number;
  readonly targetMs?: number;
  readonly floor?: NonNullable<AlertLine['floor']>;
  /** Drills in which it took longer than its floor and the machine explain. Their median may still be within what is allowed. */
  readonly beyondFloor?: Share & {
    /** The longest of these MTTDs. */
    readonly mttdMs: number;
    /** The worst case of the floor of that drill. */
    readonly worstMs: number;
  };
}

/** How the gate ended. What weighs most comes first: without every drill there is no verdict. */
export const gateOutcomes = ['interrupted', 'broken', 'bad-input', 'red', 'green'] as const;
export type GateOutcome = (typeof gateOutcomes)[number];

/** What the gate decided, and on what. */
export interface GateResult {
  readonly set: string;
  readonly outcome: GateOutcome;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The file in which the set could be, if it is in none: then it consists of all scenarios. */
  readonly implied?: string;
  /** Absent: the drills were judged alone. */
  readonly baseline?: {
    readonly file: string;
    /** Its drills that were compared. */
    readonly drills: number;
    /** Its drills that did not hold, which were passed over. */
    readonly notHeld: number;
    /** Its drills of the scenarios of the set on another stack or runtime, or at another pace, which were passed over. */
    readonly onOtherTerms: number;
    /** Other versions of firedrill that wrote it. */
    readonly versions: readonly string[];
  };
  /** The baseline that was to be written. `drills`: how many it has; absent: it was not written, because not all held. */
  readonly written?: { readonly file: string; readonly drills?: number };
  /** Absent: no share was demanded. */
  readonly proven?: ProvenAlerts;
  /** Scenarios of the set that the baseline does not have. */
  readonly withoutBaseline: readonly string[];
  /** How many drills were to be run. */
  readonly planned: number;
  readonly drills: readonly Pick<DrillLine, 'run' | 'scenario' | 'outcome' | 'tookMs' | 'stack' | 'pace'>[];
  readonly pages: readonly ComparedPage[];
  /** Empty unless every drill was judged. */
  readonly findings: readonly GateFinding[];
}
