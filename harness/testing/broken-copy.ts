import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdditionName, ScenarioInput, StackName } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { additions } from '../../stacks/additions.ts';
import { type CliCommand, type CliResult, project } from './cli.ts';
import type { CommandTest } from './overlapping-commands.ts';

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

export type Replacement = readonly [from: string, to: string];

/** The only defect of an otherwise sound configuration. */
export interface Defect {
  /** Replacements in files of the configuration, by path, e.g. `prometheus/rules/checkout.yml`. */
  readonly changed?: Readonly<Record<string, readonly Replacement[]>>;
  /** Files that are added to the configuration. */
  readonly added?: Readonly<Record<string, string>>;
  /** The scenario. Default: the project's checkout-errors. */
  readonly scenario?: ScenarioInput;
  /** Default: `metrics`, whose drills are short. */
  readonly stack?: StackName;
}

/** Declares a test of a drill on a broken copy. */
export const drillOnBrokenCopy =
  (command: CommandTest, stack: StackName) =>
  (title: string, defect: Defect, check: (ended: CliResult) => void): void =>
    command(title, () => onBrokenCopy({ stack, ...defect }), check);

/** Returns the command of a drill on a broken copy of the configuration. */
export async function onBrokenCopy({
  changed = {},
  added = {},
  scenario,
  stack = 'metrics',
}: Defect): Promise<CliCommand> {
  const copies = await Promise.all(
    Object.entries(changed).map(
      async ([path, replacements]) =>
        [path, replaceIn(await readConfigOf(stack, path, scenario?.with), replacements, path)] as const,
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

/**
 * @param name of the text in errors.
 * @throws Error when a text to replace does not occur exactly once: the copy would be sound, and the test prove nothing.
 */
export function replaceIn(text: string, replacements: readonly Replacement[], name: string): string {
  let replaced = text;
  for (const [from, to] of replacements) {
    if (replaced.split(from).length !== 2) throw new Error(`${name} does not say this once: ${from}`);
    replaced = replaced.replace(from, () => to);
  }
  return replaced;
}

/** Reads a file of a stack's configuration, with the additions that are laid over it. */
export async function readConfigOf(
  stack: StackName,
  path: string,
  added: readonly AdditionName[] = [],
): Promise<string> {
  const folders = added
    .toReversed()
    .map((name) => additions[name])
    .flatMap(({ config, full = [] }) => [...config, ...(stack === 'full' ? full : [])].toReversed());
  if (stack === 'full') folders.push('config-full');
  for (const folder of folders) {
    const text = await readFile(join(project, 'stacks', folder, path), 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return await readFile(join(project, 'stacks', 'config', path), 'utf8');
}

/** A rule file with these additional rules. An alert has no severity, so it pages the webhook; a name with `:` is recorded. */
export const addedRules = (rules: Readonly<Record<string, string>>): Record<string, string> => ({
  'prometheus/rules/added.yml': JSON.stringify({
    groups: [
      {
        name: 'added',
        rules: Object.entries(rules).map(([name, expr]) =>
          name.includes(':') ? { record: name, expr } : { alert: name, expr, annotations: { summary: name } },
        ),
      },
    ],
  }),
});

export type PageInput = Extract<ScenarioInput['expectations'][number], { kind: 'page' }>;

/** The scenario checkout-errors with a changed page expectation. */
export const likeCheckoutErrors = (changes: Partial<PageInput>): ScenarioInput => ({
  ...checkoutErrors,
  expectations: [expectedPage(changes)],
});

/** The page expectation of checkout-errors, changed. */
export function expectedPage(changes: Partial<PageInput> = {}): PageInput {
  const [own] = checkoutErrors.expectations;
  if (own?.kind !== 'page') throw new Error('checkout-errors expects no page first');
  return { ...own, ...changes };
}
