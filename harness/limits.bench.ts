/**
 * Measures what the harness itself takes for systems with 30, 300 and 3,000 alert rules: `node harness/limits.bench.ts`.
 * Nothing is drilled: what Prometheus would answer and what a drill would record is made. It prints figures and judges
 * nothing. It compares processor time, which other load on the machine affects least: with 10 times the rules, a ratio of
 * 10 is linear growth.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { judge } from '../assertions/judge.ts';
import type { Files } from '../configuration/files/files.ts';
import { prepareStack } from '../configuration/prepare.ts';
import { alertingRules } from '../configuration/rules/choose-rule.ts';
import { placedRules } from '../configuration/rules/prometheus-rules.ts';
import { paces } from '../core/pace.ts';
import { Problems } from '../core/problems.ts';
import type { DrillRecord, Notification, Page } from '../core/record.ts';
import { ending } from '../reports/console/ending.ts';
import { tableText } from '../reports/console/table.ts';
import { sampleRecord } from '../reports/testing/sample-record.ts';
import { renderers, writeReports } from '../reports/write.ts';
import { prometheusReader } from '../signals/readers/prometheus.ts';
import type { Runtime } from '../stacks/runtimes/runtime.ts';
import { prepareFault } from '../systems/faults.ts';
import type { JudgedStack } from './command/check-by-tools.ts';
import { checkInput } from './command/check-input.ts';
import { lintSystem } from './command/lint.ts';
import { type Placed, placed } from './command/placed.ts';
import { findScenario } from './command/scenario-file.ts';
import { project } from './command/session.ts';
import { routesFor } from './floors/floors.ts';
import { readBack } from './record/read-back.ts';
import { Redaction } from './record/redaction.ts';
import type { RunningDrill } from './running-drill.ts';
import { placeholderOrigins } from './stack/listeners.ts';
import { knownOf } from './stack/placement.ts';
import { judgeable } from './stack/refuse-unjudgeable.ts';
import { rulesUnaffectedFrom } from './stack/rules-unaffected.ts';
import { configurationOf } from './stack/stack-configuration.ts';
import { makeSystem, type Size } from './testing/made-system.ts';
import { findConstantRules } from './watch/always-firing.ts';
import { loadedRules } from './watch/loaded-rules.ts';
import { RuleObservations } from './watch/rule-observations.ts';

const sizes: readonly Size[] = [
  { services: 1, alerts: 30 },
  { services: 10, alerts: 300 },
  { services: 60, alerts: 3_000 },
];
const pace = paces.fast;

/** Processor time of each stage in milliseconds, and sizes of what is written. */
interface Figures {
  readonly times: Map<string, number>;
  readonly sizes: Map<string, number>;
}

/**
 * Runs a stage of a name, and measures it.
 *
 * @param times of which the median counts; what is read once from files runs once.
 */
type Stage = <T>(name: string, work: () => T | Promise<T>, times?: number) => Promise<T>;

/** A short stage is repeated, so that a collection of garbage does not decide its figure. */
const repeats = 7;

async function main(): Promise<void> {
  // The first one warms up, so that no figure contains the loading of code.
  await measured({ services: 2, alerts: 60 });
  const all: Figures[] = [];
  for (const size of sizes) all.push(await measured(size));
  const row = (name: string, figures: readonly number[], show: (figure: number) => string) => [
    name,
    ...figures.map(show),
    ...figures.slice(1).map((figure, i) => (figure / (figures[i] ?? NaN)).toFixed(1)),
  ];
  const rows = (pick: (one: Figures) => Map<string, number>, show: (figure: number) => string) =>
    [...(all[0] ? pick(all[0]).keys() : [])].map((name) =>
      row(
        name,
        all.map((one) => pick(one).get(name) ?? NaN),
        show,
      ),
    );
  const text = tableText([
    [
      'processor time',
      ...sizes.map(({ alerts, services }) => `${alerts} rules, ${services} services`),
      '300 ÷ 30 rules',
      '3000 ÷ 300 rules',
    ],
    ...rows(
      ({ times }) => times,
      (ms) => `${ms.toFixed(0)} ms`,
    ),
    row(
      'all of these',
      all.map(({ times }) => times.values().reduce((sum, ms) => sum + ms, 0)),
      (ms) => `${ms.toFixed(0)} ms`,
    ),
    ...rows(({ sizes: of }) => of, String),
  ]);
  process.stdout.write(text);
}

async function measured(size: Size): Promise<Figures> {
  const figures: Figures = { times: new Map(), sizes: new Map() };
  const stage: Stage = async (name, work, times = 1) => {
    const took: number[] = [];
    const once = async () => {
      const from = process.cpuUsage();
      const result = await work();
      const { user, system } = process.cpuUsage(from);
      took.push((user + system) / 1000);
      return result;
    };
    for (let nth = 1; nth < times; nth++) await once();
    const result = await once();
    figures.times.set(name, took.toSorted((a, b) => a - b)[(times - 1) / 2] ?? NaN);
    return result;
  };
  const folder = await mkdtemp(join(tmpdir(), 'limits-'));
  try {
    // Two systems of other texts: what is read once is known to the second one.
    const [linted, drilled] = [join(folder, 'linted'), join(folder, 'drilled')];
    await makeSystem(linted, size, `${size.alerts} linted`);
    await makeSystem(drilled, size, `${size.alerts} drilled`);
    // The components' own tools are not the harness.
    const byTools = () => Promise.resolve();
    await stage('lint', () => lintSystem(join(linted, 'firedrill.yaml'), undefined, byTools));
    const chosen = await stage('input checked', () => chosenIn(drilled));
    const stack = await stage('stack prepared, floors', () => preparedStack(chosen, join(folder, 'config')));
    await watched(chosen, stack, stage, async (record, of) => {
      const final = await concluded(record, folder, of, stage);
      for (const file of ['record.json', 'report.html'])
        figures.sizes.set(`${file}${of}, bytes`, (await readFile(join(folder, file))).length);
      figures.sizes.set(`console${of}, lines`, consoleLines(final).length);
    });
    return figures;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A scenario whose configuration has been judged. */
type Chosen = Placed & Pick<JudgedStack, 'stack' | 'written'>;

/** What the command does before it starts anything. */
async function chosenIn(folder: string): Promise<Chosen> {
  const problems = new Problems();
  const asked = { pace, runtime: 'process' as const, ports: new Map<string, number>(), compare: false };
  const found = await findScenario(join(folder, 'scenarios', 'instance-down.yaml'), problems);
  const [chosen, ...others] = placed(found ? [found] : [], asked, problems);
  const [judged] = await checkInput(chosen ? [chosen, ...others] : [], asked, project, problems);
  problems.refuse();
  if (!chosen || !judged) throw new Error('there is no scenario');
  return { ...chosen, stack: judged.stack, written: judged.written };
}

async function preparedStack(
  { scenario, whereOf, placements: [placement], stack, written }: Chosen,
  directory: string,
) {
  if (!placement) throw new Error('the scenario has no placement');
  const effect = prepareFault(scenario, whereOf);
  const prepared = await prepareStack({
    ...{ stack, files: written, judged: true, factor: pace.factor, origins: placeholderOrigins('metrics') },
    runtime: runtimeWithoutProcesses(directory),
    proxy: { url: 'http://127.0.0.1:1', caFile: '/ca.pem' },
    observer: 'http://127.0.0.1:2',
  });
  const configured = configurationOf(stack, prepared.files, written);
  const { problems } = judgeable(scenario, configured, {
    ...{ pace, effect, trafficMs: 0, whereOf },
    known: knownOf(placement),
  });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return {
    ...configured,
    configuration: prepared.configuration,
    names: stack.components.map(({ name }) => name),
  };
}

/** What a drill does with the rules while it runs. */
async function watched(
  { scenario }: Placed,
  { files, contactPoints, configuration, names }: Awaited<ReturnType<typeof preparedStack>>,
  stage: Stage,
  conclude: (record: DrillRecord, of: string) => Promise<void>,
): Promise<void> {
  const now = Date.now();
  await stage('rules that a former fault still moves', () =>
    rulesUnaffectedFrom(
      {
        options: { pace },
        prometheus: { queryRange: () => Promise.resolve({ series: [] }) },
      } as unknown as RunningDrill,
      { expected: [], others: alertingRules(files) },
      { firstInjectedAt: now - 60_000, healthyFrom: now },
    ),
  );
  await using server = await answering(JSON.stringify(prometheusAnswer(files)));
  const prometheus = prometheusReader(server.url, new AbortController().signal);
  const drill = { prometheus } as RunningDrill;
  const observations = new RuleObservations(0, []);
  const look = async () => {
    const found = await loadedRules(drill);
    observations.look(found, now);
    return found;
  };
  const rules = await stage('one look at every rule', look, repeats);
  await stage('rules that fire all the time', () =>
    findConstantRules({
      ...{ scenario, rules, definitions: [], contactPoints },
      routes: ({ name, labels }) => routesFor(files, { ...labels, alertname: name }),
    }),
  );
  const observed = observations.result();
  await conclude(madeRecord(names, [...configuration], observed, 0), '');
  await conclude(madeRecord(names, [...configuration], observed, 0.1), ', a tenth paged');
}

/** What a drill does at its end. */
async function concluded(
  record: DrillRecord,
  folder: string,
  of: string,
  stage: Stage,
): Promise<DrillRecord> {
  const redaction = new Redaction();
  redaction.learn(['0123456789abcdef0123456789abcdef', 'a-secret-word']);
  const judged = await stage(`judged${of}`, () => judge(record), repeats);
  const final = await stage(`secrets hidden${of}`, () => redaction.hide({ ...record, ...judged }), repeats);
  for (const one of renderers)
    await stage(`${one[0]}${of}`, () => writeReports(final, folder, [one]), repeats);
  await stage(`console${of}`, () => consoleLines(final), repeats);
  await stage(`record read back${of}`, () => readBack(folder), repeats);
  return final;
}

const consoleLines = (record: DrillRecord): string[] =>
  ending(record, { colours: pc.createColors(false), columns: 100 });

/** Knows addresses and paths, and starts nothing. */
function runtimeWithoutProcesses(directory: string): Runtime {
  const address = (_: string, port: number) => `127.0.0.1:${10_000 + port}`;
  const runtime: Partial<Runtime> = {
    ...{ name: 'process', secret: 'made' },
    ...{ address, localAddress: address, listenAddress: address },
    paths: (name) => ({ config: `/config/${name}`, data: `/data/${name}` }),
    configOnHost: (name) => join(directory, name),
    provideFile: (_, file) => file,
    home: (_, binary) => `/homes/${binary}`,
  };
  return runtime as Runtime;
}

/** What Prometheus' API answers about the rules of a configuration. */
function prometheusAnswer(files: Files) {
  const groups = Map.groupBy(placedRules(files), ({ file, group }) => `${file} ${group}`);
  const ruleOf = ({ rule }: ReturnType<typeof placedRules>[number]) => ({
    ...(rule.alert === undefined
      ? { type: 'recording', name: rule.record }
      : { type: 'alerting', name: rule.alert, state: 'inactive', duration: 4, alerts: [] }),
    ...{ query: rule.expr, labels: rule.labels, annotations: rule.annotations, health: 'ok' },
    ...{ evaluationTime: 0.0002, lastEvaluation: new Date().toISOString() },
  });
  const data = [...groups.values()].map((all) => ({
    ...{ name: all[0]?.group, file: `/run/config/${all[0]?.file}`, interval: 1 },
    rules: all.map(ruleOf),
  }));
  return { status: 'success', data: { groups: data } };
}

async function answering(text: string) {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(text);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** @param paged share of the alerts that fired, paged and were resolved, as in a large outage. */
function madeRecord(
  components: readonly string[],
  configuration: DrillRecord['configuration'],
  rules: ReturnType<RuleObservations['result']>,
  paged: number,
): DrillRecord {
  const record = sampleRecord();
  const [component] = record.stack.components;
  const [page] = record.pages;
  const [delivery] = record.deliveries;
  if (!component || !page || !delivery) throw new Error('the sample has no component, page or delivery');
  const alerts = rules.health.filter(({ kind }) => kind === 'alerting');
  const pages = alerts.slice(0, paged * alerts.length).flatMap(({ name: alert }, i) =>
    (['firing', 'resolved'] as const).map(
      (status, nth): Page => ({
        ...{ ...page, alert, status, labels: { ...page.labels, alertname: alert } },
        receivedAt: page.receivedAt + 10_000 * nth,
        delivery: record.deliveries.length + 2 * i + nth,
      }),
    ),
  );
  const notifications = pages.map(
    ({ alert, status, receivedAt: at, labels, delivery: carrying, receiver: kind }): Notification => ({
      ...{ manager: 'prometheus', contactPoint: 'team', kind, index: 0, at, monotonicMs: 0 },
      groupKey: `{}:{alertname="${alert}"}`,
      alerts: [{ status, labels, annotations: {}, startsAt: at - 1_000, fingerprint: alert }],
      delivery: carrying,
    }),
  );
  return {
    ...record,
    stack: { ...record.stack, components: components.map((name) => ({ ...component, name })) },
    ...{ configuration, rules: { ...rules, noise: [] } },
    pages: [...record.pages, ...pages],
    deliveries: [...record.deliveries, ...pages.map(() => delivery)],
    notifications: [...(record.notifications ?? []), ...notifications],
  };
}

await main();
