import type { Verdict } from '../../core/record.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import {
  type Defect,
  expectedPage,
  onBrokenCopy,
  type PageInput,
  type Replacement,
  readConfigOf,
  replaceIn,
  routes,
  rules,
} from './broken-copy.ts';
import type { CliResult } from './cli.ts';
import { expectFailed } from './expect-outcome.ts';
import type { CommandTest } from './overlapping-commands.ts';

/** A copy of the alert CheckoutErrorRateHigh, with one defect. */
export interface BrokenAlert {
  readonly alert: string;
  readonly title: string;
  /** Replacements in its rule. */
  readonly rule?: readonly Replacement[];
  /** Settings of its own route, e.g. `receiver: pagerduty`. Default: the route of its severity. */
  readonly route?: string;
  /** Changes of its page expectation. Default: one expectation without changes. */
  readonly expected?: readonly Partial<PageInput>[];
  /** The checks that fail, e.g. `arrives`, or `#2/arrives` for the second expectation of a page. */
  readonly fails: readonly string[];
  /** @param failed the verdicts of these checks, by the same names. */
  readonly check: (failed: ReadonlyMap<string, Verdict>, ended: CliResult) => void;
}

/**
 * Declares a drill on several broken alerts at once, with a test for each. No defect may change a verdict of another
 * alert, and the sound alert among them must pass.
 *
 * @param fails the checks of the whole drill that fail.
 */
export function drillOnBrokenAlerts(
  command: CommandTest,
  title: string,
  alerts: readonly BrokenAlert[],
  {
    changed = {},
    added = {},
    scenario = checkoutErrors,
    fails,
  }: Defect & { readonly fails: readonly string[] },
): void {
  let result: CliResult | undefined;
  const idOf = ({ alert, expected }: BrokenAlert, check: string) =>
    `${alert}@${expectedPage(expected?.[0]).receiver}${check.startsWith('#') ? '' : '/'}${check}`;
  command(
    `${title} fails the checks of these alerts, and no others`,
    async () => {
      const own = routes in changed ? changed[routes] : [];
      return await onBrokenCopy({
        changed: {
          ...changed,
          [routes]: [...(own ?? []), ['  routes:\n', `  routes:\n${routesOf(alerts)}`]],
        },
        added: { ...added, 'prometheus/rules/broken.yml': await rulesOf(alerts) },
        scenario: {
          ...scenario,
          proofs: [],
          expectations: [
            expectedPage(),
            ...alerts.flatMap(({ alert, expected = [{}] }) =>
              expected.map((changes) => expectedPage({ ...changes, alert })),
            ),
          ],
        },
      });
    },
    (ended) => {
      expectFailed(ended, ...alerts.flatMap((one) => one.fails.map((check) => idOf(one, check))), ...fails);
      result = ended;
    },
  );
  for (const one of alerts)
    it(`${title}, ${one.alert}: ${one.title}`, () => {
      if (!result) throw new Error('other checks failed than expected');
      const verdicts = new Map(result.kept?.record.verdicts.map((verdict) => [verdict.id, verdict]));
      const failed = one.fails.flatMap((check) => {
        const verdict = verdicts.get(idOf(one, check));
        return verdict ? [[check, verdict] as const] : [];
      });
      one.check(new Map(failed), result);
    });
}

async function rulesOf(alerts: readonly BrokenAlert[]): Promise<string> {
  const [, own] = (await readConfigOf('metrics', rules)).split(/^(?= +- alert: )/m);
  if (own === undefined) throw new Error(`${rules} has no alert`);
  const copies = alerts.map(({ alert, rule = [] }) =>
    replaceIn(own, [['CheckoutErrorRateHigh', alert], ...rule], `the rule of ${alert}`),
  );
  return `groups:\n  - name: broken\n    rules:\n${copies.join('')}`;
}

const routesOf = (alerts: readonly BrokenAlert[]): string =>
  alerts
    .filter(({ route }) => route !== undefined)
    .map(({ alert, route }) => `    - { matchers: [alertname = ${alert}], ${route} }\n`)
    .join('');
