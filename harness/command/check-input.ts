import { findConfigFiles, requireFolder } from '../../configuration/config-files.ts';
import { secretsOf } from '../../configuration/confined/secrets.ts';
import { switchFile } from '../../configuration/files/read-files.ts';
import { judgeFiles } from '../../configuration/judge.ts';
import { unknownAlerts } from '../../configuration/rules/unknown-alerts.ts';
import type { Problem } from '../../core/errors.ts';
import { Problems } from '../../core/problems.ts';
import { receiverKinds } from '../../core/receivers/receivers.ts';
import { asWritten } from '../../core/scenario.ts';
import { nameHint } from '../../core/similar-names.ts';
import { runtimeOf } from '../../core/system.ts';
import { unmetNeeds } from '../../faults/needs.ts';
import { type StackSpec, targetsIn } from '../../stacks/component.ts';
import { prepareFault } from '../../systems/faults.ts';
import { Redaction } from '../record/redaction.ts';
import {
  credentialsFile,
  parseCredentials,
  parseSwitch,
  placeholderOrigins,
  receiversOfStack,
} from '../stack/listeners.ts';
import {
  configFolders,
  folderOf,
  knownOf,
  overlayOf,
  type Placement,
  placementKey,
  productionFacts,
  scenarioOnPlacement,
  specOf,
} from '../stack/placement.ts';
import { judgeable } from '../stack/refuse-unjudgeable.ts';
import { configurationOf } from '../stack/stack-configuration.ts';
import type { Arguments } from './arguments.ts';
import type { JudgedStack } from './check-by-tools.ts';
import type { Placed } from './placed.ts';
import type { FoundScenario } from './scenario-file.ts';

/** The arguments that affect how scenarios and files are checked. */
export type Asked = Pick<Arguments, 'pace' | 'runtime' | 'overlay' | 'ports'>;

/** The stacks of a command, with their configuration. */
export type Judged = readonly JudgedPlacement[];

export interface JudgedPlacement extends JudgedStack {
  readonly placement: Placement;
}

/**
 * Checks the scenarios of a command and their configuration by the files alone, before a tool is built, anything listens or
 * a run directory exists.
 *
 * @param project the project's own directory.
 * @param problems receives every problem.
 * @param alone stacks whose configuration is checked also if no scenario runs there.
 */
export async function checkInput(
  placed: readonly Placed[],
  asked: Asked,
  project: string,
  problems: Problems,
  alone: readonly Placement[] = [],
): Promise<Judged> {
  const judged: JudgedPlacement[] = [];
  const all = [...placed.flatMap(({ placements }) => placements), ...alone];
  const placements = new Map(all.map((one) => [placementKey(one), one]));
  if (placements.size === 0 && asked.overlay !== undefined)
    await problems.readSoon(requireFolder(asked.overlay));
  const overlaid = [...placements.values()].flatMap((one) => specOf(one, asked.pace).components);
  for (const [key, placement] of placements) {
    const stack = specOf(placement, asked.pace);
    refuseUnknownPorts(asked, stack, problems);
    const ofFolders = new Problems();
    const overlay = overlayOf(placement, asked.overlay);
    const written = await findConfigFiles(
      configFolders(stack, project),
      overlay === undefined
        ? undefined
        : {
            directory: overlay,
            components: placement.system ? stack.components : overlaid,
            ...productionFacts(stack, placement),
          },
      ofFolders,
      stack.made,
    );
    problems.add(...ofFolders.all);
    const scenarios = placed.filter((one) => one.placements.some((own) => placementKey(own) === key));
    const redaction = new Redaction();
    redaction.learn(secretsOf(written));
    const files = judgeFiles(stack, written, asked.pace.factor, placeholderOrigins(placement.stack));
    const one = { placement, stack, written, redaction, ...files };
    judged.push(one);
    const found = problemsOn(placement, one, ofFolders.all.length === 0, scenarios, {
      ...asked,
      project,
    });
    problems.add(...redaction.hide(found));
  }
  return judged;
}

/** @param isWhole whether all files of the configuration were found. Otherwise a missing file may have the rule. */
function problemsOn(
  placement: Placement,
  { stack, written, used, unread, problems: ofFiles }: JudgedStack,
  isWhole: boolean,
  scenarios: readonly FoundScenario[],
  { pace, runtime, project }: Asked & { readonly project: string },
): readonly Problem[] {
  const problems = new Problems();
  problems.add(...ofFiles);
  for (const kind of receiversOfStack(placement.stack)) {
    const file = credentialsFile(kind);
    if (receiverKinds[kind].credentials === undefined || !written.has(file)) continue;
    problems.read(() => parseCredentials(kind, written.get(file) ?? '', written.place(file)));
  }
  if (written.has(switchFile))
    problems.read(() => parseSwitch(written.get(switchFile) ?? '', written.place(switchFile)));
  const areValid = problems.all.length === 0;
  const configured = configurationOf(stack, used, written);
  for (const { scenario: whole, whereOf: whereOfWhole } of scenarios) {
    const scenario = scenarioOnPlacement(whole, placement);
    const whereOf = asWritten(whole, placement.stack, whereOfWhole);
    const fault = problems.read(() => prepareFault(scenario, whereOf));
    if (!fault) continue;
    const folder = folderOf(placement, project);
    const on = placement.system ? runtimeOf(placement.system) : runtime;
    const offer = { ...targetsIn(stack), folder, ...(on === 'auto' ? {} : { runtime: on }) };
    problems.add(...unmetNeeds(whereOf(['fault']), fault.needs, offer));
    if (!isWhole) continue;
    if (areValid) {
      const conditions = { pace, effect: fault, whereOf, trafficMs: 0, known: knownOf(placement) };
      problems.add(...(problems.read(() => judgeable(scenario, configured, conditions))?.problems ?? []));
    } else if (unread.length === 0) problems.add(...unknownAlerts(scenario, configured.written, whereOf));
  }
  return problems.all;
}

function refuseUnknownPorts({ ports }: Asked, { components }: StackSpec, problems: Problems): void {
  const names = components.map(({ name }) => name);
  for (const [name, port] of ports) {
    if (names.includes(name)) continue;
    const message = 'the stack has no such component';
    problems.add({ where: `--port ${name}=${port}`, message, hint: nameHint(name, names) });
  }
}
