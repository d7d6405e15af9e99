import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScenarioInput, StackName } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { type CliCommand, type CliResult, project } from './cli.ts';
import { overlappingCommands } from './overlapping-commands.ts';

export const rules = 'prometheus/rules/checkout.yml';
export const routes = 'alertmanager/alertmanager.yml';

/** The checks of checkout-errors. */
export const checkIds = {
  arrives: 'CheckoutErrorRateHigh@slack/arrives',
  labels: 'CheckoutErrorRateHigh@slack/labels',
  says: 'CheckoutErrorRateHigh@slack/says',
  runbook: 'CheckoutErrorRateHigh@slack/runbook',
  stays: 'CheckoutErrorRateHigh@slack/stays',
  resolved: 'CheckoutErrorRateHigh@slack/resolved',
  noOther: 'drill/no-other-page',
  rules: 'drill/rules',
  nothingLeft: 'drill/nothing-left',
} as const;

type Replacement = readonly [from: string, to: string];

/** The only defect of an otherwise sound configuration. */
interface Defect {
  /** Replacements in files of the configuration, by path, e.g. `prometheus/rules/checkout.yml`. */
  readonly changed?: Readonly<Record<string, readonly Replacement[]>>;
  /** Files that are added to the configuration. */
  readonly added?: Readonly<Record<string, string>>;
  /** The scenario. Default: the project's checkout-errors. */
  readonly scenario?: ScenarioInput;
  /** Default: `metrics`, whose drills are short. */
  readonly stack?: StackName;
}

/** Declares tests of drills on broken copies. The drills overlap. */
export function drillsOnBrokenCopies(stack: StackName = 'metrics') {
  const command = overlappingCommands(stack);
  return (title: string, breakage: Defect, check: (ended: CliResult) => void): void =>
    command(title, () => onBrokenCopy({ stack, ...breakage }), check);
}

/** Returns the command of a drill on a broken copy of the configuration. */
export async function onBrokenCopy({
  changed = {},
  added = {},
  scenario,
  stack = 'metrics',
}: Defect): Promise<CliCommand> {
  const copies = await Promise.all(
    Object.entries(changed).map(
      async ([path, replacements]) => [path, await replaceIn(stack, path, replacements)] as const,
    ),
  );
  const overlay = [...copies, ...Object.entries(added)].map(
    ([path, text]) => [`overlay/${path}`, text] as const,
  );
  return {
    args: [
      scenario ? '{dir}/scenario.json' : checkoutErrors.name,
      '--stack',
      stack,
      ...(overlay.length > 0 ? ['--config', '{dir}/overlay'] : []),
    ],
    files: {
      ...Object.fromEntries(overlay),
      ...(scenario ? { 'scenario.json': JSON.stringify(scenario) } : {}),
    },
  };
}

/** @throws Error when a text to replace does not occur exactly once: the copy would be sound, and the test prove nothing. */
async function replaceIn(
  stack: StackName,
  path: string,
  replacements: readonly Replacement[],
): Promise<string> {
  let text = await readConfigOf(stack, path);
  for (const [from, to] of replacements) {
    if (text.split(from).length !== 2) throw new Error(`${path} does not say this once: ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}

/** Reads a file of a stack's configuration. */
async function readConfigOf(stack: StackName, path: string): Promise<string> {
  const own = (folder: string) => readFile(join(project, 'stacks', folder, path), 'utf8');
  return stack === 'full' ? await own('config-full').catch(() => own('config')) : await own('config');
}

/** A rule file with an additional rule. It has no severity, so it pages the webhook. */
export const oneMoreRule = (alert: string, expr: string): Record<string, string> => ({
  'prometheus/rules/one-more.yml': JSON.stringify({
    groups: [{ name: 'one-more', rules: [{ alert, expr, annotations: { summary: alert } }] }],
  }),
});

/** The scenario checkout-errors with a changed page expectation. */
export function likeCheckoutErrors(
  expectation: Partial<Extract<ScenarioInput['expectations'][number], { kind: 'page' }>>,
): ScenarioInput {
  const [own] = checkoutErrors.expectations;
  if (own?.kind !== 'page') throw new Error('checkout-errors expects no page first');
  return { ...checkoutErrors, expectations: [{ ...own, ...expectation }] };
}
