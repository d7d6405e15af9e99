import type { Problem } from '../../core/errors.ts';

/** Kinds of findings, each with what it says in general. */
export const findingKinds = {
  todo: 'A value is still to be filled in',
  'no-runbook': 'An alert has no runbook',
  'value-in-label': 'A label of an alert contains its value, so that each new value is a new alert',
  'uncompared-operand':
    'An operand of `or` is compared with nothing, so that the alert is true whenever it has a value',
  'raw-counter': 'A counter is compared by its own value, which only rises',
  'short-window': 'A window is shorter than two scrapes, so that it sometimes holds fewer than two samples',
  'unused-annotation': 'A template shows an annotation that no alert has',
  'default-route': 'An alert matches no route below the root, and takes the root itself',
  'muted-critical': 'An alert of the highest severity notifies nobody at some times',
  'unused-route': 'No alert of the rules can take this route',
} as const;
export type FindingKind = keyof typeof findingKinds;

export interface Finding extends Problem {
  readonly kind: FindingKind;
}
