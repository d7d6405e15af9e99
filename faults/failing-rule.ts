import { z } from 'zod';
import { broken } from '../core/errors.ts';
import { type FaultContext, faultKind } from './fault.ts';

/** The rule file that the fault adds to Prometheus, by its path in the configuration. */
export const failingRuleFile = 'prometheus/rules/firedrill-failing-rule.yml';

/** promtool accepts it, and each evaluation fails: both sides have several series for one. */
const failingRules = `groups:
  - name: firedrill-failing-rule
    rules:
      - alert: FailingRule
        expr: up * on () up > 1
`;

const component = 'prometheus';
const params = z.strictObject({});

/** A rule file is deployed that every check accepts, and whose rule fails each time it is evaluated. */
export const failingRule = faultKind<z.output<typeof params>>({
  kind: 'failing-rule',
  params,
  describe: () => 'a rule is deployed to Prometheus that fails to evaluate',
  needs: () => ({ pods: [], components: [component], abilities: ['reconfigure'] }),
  errorRatio: () => undefined,
  inject: (_, context) => deploy(context, failingRules),
  revert: (_, context) => deploy(context, undefined),
});

async function deploy({ reconfigure }: FaultContext, text: string | undefined): Promise<void> {
  if (!reconfigure) throw broken('fault', `this runtime cannot reconfigure ${component}`);
  await reconfigure(component, failingRuleFile.slice(component.length + 1), text);
}
