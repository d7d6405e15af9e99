/*
 * Common defects of inhibition and escalation, in one drill: the database dies, and each defect has alerts of its own. The
 * sound alerts among them must pass. Drills on sound configurations are in scenarios.integration.ts.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Verdict } from '../core/record.ts';
import type { ScenarioInput } from '../core/scenario.ts';
import { cascade } from '../scenarios/cascade.ts';
import { type PageInput, replaceIn, routes } from './testing/broken-copy.ts';
import { type CliResult, project } from './testing/cli.ts';
import { expectFailed } from './testing/expect-outcome.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';

const own = (path: string) => readFile(join(project, 'stacks', 'config-cascade', path), 'utf8');

const runbook = 'https://runbooks.internal/backend/requests-failing';
const down = 'max by (job, dependency) (otel_app_dependency_up{dependency="postgres"}) == 0';
/** True for the first two minutes of the outage only. */
const beginning = `${down} and max by (job, dependency) (otel_app_dependency_up{dependency="postgres"} offset 2m) == 1`;

const rule = (alert: string, expr: string, severity: string, more: object = {}) => ({
  ...{ alert, expr, for: '1m', labels: { severity, team: 'drill' } },
  annotations: { summary: `${alert} for a while`, runbook },
  ...more,
});

/** Alerts of what fails without the database, each with what is wrong with its inhibition. */
const dependants = {
  EqualOneLacks: 'equal: [dependency]',
  EqualBothLack: 'equal: [region]',
  TargetDiffers: '',
  BothSides: '',
  EndsLater: '',
  NeverFires: '',
} as const;
const leaf = { for: '2m' };

const rules = {
  groups: [
    {
      name: 'defects',
      rules: [
        ...['EqualOneLacks', 'EqualBothLack', 'TargetDiffers', 'BothSides'].map((alert) =>
          rule(alert, `max by (job) (${down})`, 'critical', leaf),
        ),
        rule('EndsLater', `max by (job) (${down})`, 'critical', { ...leaf, keep_firing_for: '4m' }),
        rule('NeverFires', 'max by (job) (otel_app_dependency_up) > 1', 'critical', leaf),
        rule('SwallowedRoot', down, 'page', { for: '2m', keep_firing_for: '2m' }),
        rule('SwallowedLeaf', `max by (job) (${down})`, 'critical', { for: '3m' }),
        rule('EscalatesEarly', down, 'critical'),
        rule('EscalatesEarly', down, 'page', { for: '2m30s' }),
        rule('EscalatesNever', down, 'critical'),
        rule('EscalatesNever', down, 'page', { for: '15m' }),
        rule('EscalatesResolved', beginning, 'critical', { for: '30s' }),
        rule('EscalatesResolved', down, 'page', { for: '3m' }),
      ],
    },
  ],
};

const inhibits = (source: string, target: string, equal = ''): string =>
  `  - { source_matchers: ['${source}'], target_matchers: ['${target}']${equal && `, ${equal}`} }\n`;
const inhibitRules = [
  ...(['EqualOneLacks', 'EqualBothLack', 'EndsLater', 'NeverFires'] as const).map((alert) =>
    inhibits('alertname = DatabaseDown', `alertname = ${alert}`, dependants[alert]),
  ),
  inhibits('alertname = DatabaseDown', 'alertname = TargetDiffers, tier = web'),
  inhibits('alertname =~ "DatabaseDown|BothSides"', 'alertname =~ "BothSides|DatabaseDown"'),
  // Meant for tickets, it matches the alert that stands for others too.
  inhibits('severity = page, team = platform', 'alertname =~ "Swallowed.*"'),
  inhibits('alertname = SwallowedRoot', 'alertname = SwallowedLeaf'),
].join('');

const page = (alert: string, receiver: PageInput['receiver'], more: Partial<PageInput> = {}): PageInput => ({
  ...{ kind: 'page', alert, receiver, within: '5m', resolvedWithin: '10m', belowFloor: true },
  ...more,
});
const escalating = (alert: string, after: string) =>
  page(alert, 'slack', {
    labels: { severity: 'critical' },
    escalatesTo: { receiver: 'pagerduty', after, labels: { severity: 'page' } },
  });

const [sound] = cascade.expectations;
const scenario: ScenarioInput = {
  ...cascade,
  name: 'broken-routes',
  proofs: [],
  expectations: [
    ...(sound ? [sound] : []),
    { kind: 'suppressed', alerts: ['OrdersFailing', ...Object.keys(dependants)], by: 'DatabaseDown' },
    page('SwallowedRoot', 'pagerduty'),
    { kind: 'suppressed', alerts: ['SwallowedLeaf'], by: 'SwallowedRoot' },
    escalating('EscalatesEarly', '3m'),
    escalating('EscalatesNever', '3m'),
    escalating('EscalatesResolved', '2m'),
  ],
};

describe('a drill on broken inhibition and escalation', () => {
  const command = overlappingCommands();
  let failed: ReadonlyMap<string, Verdict> = new Map();
  command(
    'fails the checks of the broken alerts, and no others',
    async () => ({
      args: ['{dir}/scenario.json', '--stack', 'metrics', '--config', '{dir}/overlay'],
      files: {
        'scenario.json': JSON.stringify(scenario),
        'overlay/prometheus/rules/defects.yml': JSON.stringify(rules),
        [`overlay/${routes}`]: replaceIn(
          await own(routes),
          [['\nreceivers:\n', `${inhibitRules}\nreceivers:\n`]],
          routes,
        ),
      },
    }),
    (ended: CliResult) => {
      failed = expectFailed(ended);
    },
  );

  const messageOf = (check: string) => failed.get(check)?.message;
  it('shows', () => {
    expect(messageOf('')).to.equal(undefined);
  });
});
