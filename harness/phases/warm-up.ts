import { dirname, join, resolve } from 'node:path';
import { paced } from '../../core/pace.ts';
import { met, notYet, until } from '../../core/poll.ts';
import { ownedEnvironment } from '../../stacks/runtimes/process/owner.ts';
import type { RunningStack } from '../../stacks/start.ts';
import { podsOf } from '../../stacks/system-stack.ts';
import type { KnownSystem } from '../../systems/known-system.ts';
import type { LoadOptions } from '../load/k6.ts';
import { containedK6, installedK6 } from '../load/k6-program.ts';
import type { RunningDrill } from '../running-drill.ts';
import { knownOf } from '../stack/placement.ts';
import type { ReadyStack } from '../stack/ready-stack.ts';
import { isSameLoad } from '../stack/reuse.ts';
import { loadLog } from '../stack/stack-lifecycle.ts';
import type { LimitInputs } from './phase.ts';
import { reachable } from './reachable.ts';

/** The warm-up and, before it, the first requests to cold services on a busy machine. */
export const warmUpWithinMs = ({ scenario, pace }: Pick<LimitInputs, 'scenario' | 'pace'>): number =>
  paced(scenario.load.warmUp, pace) + 20_000;

/** Records how much memory each component uses under healthy load. */
export async function recordMemory({
  recorder,
  stack,
}: Pick<RunningDrill, 'recorder' | 'stack'>): Promise<void> {
  const memory = await stack.runtime.memory();
  for (const component of recorder.record.stack.components) {
    const bytes = memory.get(component.name);
    if (bytes !== undefined) component.memoryMiB = Math.round((bytes / 2 ** 20) * 10) / 10;
  }
}

/**
 * Starts the load, and waits until every journey has been answered for the scenario's warm-up time. On a reused stack with
 * the same load, the healthy traffic at the end of the previous drill counts.
 *
 * @param atMostMs the time in milliseconds after which the load ends by itself.
 */
export async function warmUp(
  {
    options,
    directory,
    scope,
    componentLost,
    recorder,
    stack,
    load,
    loadStatistics,
    signal,
    before,
  }: RunningDrill,
  atMostMs: number,
  withinMs: number,
): Promise<void> {
  const { scenario, pace } = options;
  const journeys = Object.keys(scenario.load.rates);
  // Without rates the traffic, if there is any, comes from elsewhere.
  if (journeys.length > 0)
    await load.start({
      ...(await loadOn(options, stack)),
      rates: scenario.load.rates,
      atMostMs,
      log: join(directory.logs, loadLog),
      samples: join(directory.path, 'samples.csv'),
      scope,
      statistics: loadStatistics,
      onLost: (error) => componentLost.abort(error),
    });
  const warmMs = paced(scenario.load.warmUp, pace);
  let since: number | undefined;
  await until(
    `answers on every journey for ${Math.round(warmMs / 1000)} s`,
    () => {
      const silent = journeys.filter((journey) => !loadStatistics.lastAnswers().has(journey));
      if (silent.length > 0) return notYet(`no load yet, or no answer, on ${silent.join(', ')}`);
      since ??= before && isSameLoad(before.scenario, scenario) ? before.healthyFrom : Date.now();
      const warm = Date.now() - since;
      return warm >= warmMs
        ? met(true)
        : notYet(`traffic for ${Math.round(warm / 1000)} of ${Math.round(warmMs / 1000)} s`);
    },
    {
      where: 'warm up',
      withinMs,
      signal,
      onNotMet: (saw) => recorder.saw(saw),
      hint: `see ${join(directory.logs, loadLog)}`,
    },
  );
}

/** The k6 script of the load, where it sends requests, and where k6 runs: on this machine, or beside the stack. */
async function loadOn(
  options: RunningDrill['options'],
  stack: ReadyStack,
): Promise<Pick<LoadOptions, 'k6' | 'script' | 'targets' | 'journeyTag'>> {
  const { k6Image, toolchain, env } = options;
  if (k6Image === undefined) {
    const k6 = installedK6(toolchain.path('k6'), ownedEnvironment(env, stack.owner));
    return { k6, ...loadOf(options, stack) };
  }
  const beside = await stack.runtime.beside();
  const url = (pod: string, port: number) => `http://${beside.addresses.get(pod)}:${port}`;
  const { targets, ...load } = loadOf(options, { ...stack, url });
  const pods = [...beside.addresses.values()].join();
  return { k6: containedK6(beside, k6Image), ...load, targets: { ...targets, PODS: pods } };
}

/** The k6 script of the load, and where it sends requests. */
function loadOf(
  { project, scenario, placement }: RunningDrill['options'],
  stack: RunningStack,
): Pick<LoadOptions, 'script' | 'targets' | 'journeyTag'> {
  const script = (name: string) => join(project, 'scenarios', 'load', `${name}.ts`);
  const known = knownOf(placement);
  if (known) {
    const urls = entryUrls(stack, known.entry);
    return { script: script(scenario.load.script), targets: { BASE_URLS: urls.join(',') } };
  }
  const { system, staging } = placement;
  if (staging?.load) {
    const { journeys } = staging.load;
    const requests = Object.entries(journeys).map(([journey, { service, port, ...request }]) => {
      const [first] = Object.keys(staging.services[service] ?? {});
      return [journey, { ...request, service, urls: [stack.url(service, port ?? Number(first))] }] as const;
    });
    const listed = requests.flatMap(([, { urls }]) => urls);
    return {
      script: script('requests'),
      targets: { REQUESTS: JSON.stringify(Object.fromEntries(requests)), LISTED: listed.join(',') },
    };
  }
  if (system?.load) {
    const { script: own, tag, env } = system.load;
    const targets = Object.entries(env).map(([key, text]) => [key, reachable(text, stack)] as const);
    return {
      script: resolve(dirname(system.file), own),
      targets: Object.fromEntries(targets),
      journeyTag: tag,
    };
  }
  const requests = Object.entries(system?.journeys ?? {}).map(
    ([journey, { service: name, port, ...request }]) => {
      const service = system?.services[name];
      if (!service) throw new Error(`there is no service ${name}`);
      const urls = podsOf(name, service).map((pod) => stack.url(pod, port ?? service.ports[0] ?? 0));
      return [journey, { ...request, service: name, urls }] as const;
    },
  );
  return { script: script('requests'), targets: { REQUESTS: JSON.stringify(Object.fromEntries(requests)) } };
}

/** Addresses of the instances that users reach, in the order in which the load numbers them: web, web-2, … */
const entryUrls = ({ components, url }: RunningStack, { service, port }: KnownSystem['entry']): string[] =>
  components
    .map(({ spec }) => spec.name)
    .filter((name) => name.replace(/-\d+$/, '') === service)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => url(name, port));
