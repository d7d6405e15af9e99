import { z } from 'zod';
import { dependencyHashes, ruleReference } from './dependencies.ts';
import { firingHops, resolvingHops } from './hops.ts';
import { receiverNames } from './receivers/receivers.ts';
import { checkNames, outcomes } from './record.ts';

/*
 * A drill line: what remains of a drill in one line of JSON, made from its record. The ledger, baselines and the nightly
 * run's history are files of such lines; two files are merged by writing one after the other. Names are those of the
 * record: `…Ms` is a length in milliseconds, `at` is wall time in epoch milliseconds.
 */

const ms = z.number().describe('length, milliseconds');
const labels = z.record(z.string(), z.string());

/** It is raised when a reader of the old version would misread a line of the new one. */
export const drillLineVersion = 1;

const expectation = z.int().describe('index into expectations of the scenario');

const alertLine = z.object({
  expectation,
  alert: z.string(),
  receiver: z.enum(receiverNames),
  contactPoint: z.string().optional().describe('absent: the expectation names none'),
  escalatesTo: z
    .object({ receiver: z.enum(receiverNames), contactPoint: z.string().optional() })
    .optional()
    .describe('the receiver to which it escalates'),
  labels: labels.describe('that the expectation demands'),
  outcome: z
    .enum(['pass', 'fail', 'broken'])
    .describe('of all checks of the expectation together; broken: it was not judged, and proves nothing'),
  failed: z.array(z.enum(checkNames)).describe('the checks of the expectation that did not pass'),
  targetMs: ms.optional(),
  mttdMs: ms.optional().describe('absent: the page did not arrive, or nothing was judged'),
  floor: z.object({ best: ms, mean: ms, worst: ms }).optional(),
  lostAt: z
    .enum([...firingHops, ...resolvingHops])
    .optional()
    .describe('the hop at which the alert was lost or late'),
  cause: z.string().optional().describe('why, by the autopsy'),
  hops: z.array(z.enum([...firingHops, ...resolvingHops])).describe('hops of which the drill knows the time'),
  rule: ruleReference.optional().describe('absent: it is not known which rule the alert is of'),
  sent: z
    .array(labels)
    .optional()
    .describe('label sets with which the alert was at its manager; they decide the routes'),
  dependsOn: dependencyHashes.optional().describe('absent: the drill broke before its files were read'),
});

export const drillLineSchema = z.object({
  version: z.literal(drillLineVersion),
  run: z.string().describe("the record's id"),
  at: z.number().describe('when the drill began, epoch milliseconds'),
  night: z.string().optional().describe('the nightly run that it belongs to; absent: none'),
  tookMs: ms.optional(),
  scenario: z.string(),
  system: z.string(),
  firedrill: z.string().describe('version of firedrill'),
  pace: z.string(),
  stack: z.object({
    name: z.string(),
    topology: z.string(),
    runtime: z.string(),
    with: z.array(z.string()).describe('additions to the stack'),
  }),
  outcome: z.enum(outcomes),
  alerts: z.array(alertLine).describe('one for each expected page, in the order of the expectations'),
  checks: z
    .array(
      z.object({
        id: z.string(),
        check: z.enum(checkNames).optional(),
        expectation: expectation.optional().describe('absent: it is not of an expectation'),
        outcome: z.enum(['pass', 'fail', 'broken']),
      }),
    )
    .describe('every check of the drill, those of the alerts among them'),
  noise: z
    .array(z.object({ alert: z.string(), receiver: z.enum(receiverNames).optional(), labels }))
    .describe(
      'pages that nobody expected, and alerts that were active while nothing was broken (without a receiver unless they paged)',
    ),
});

export type DrillLine = z.output<typeof drillLineSchema>;
export type AlertLine = DrillLine['alerts'][number];
