import { readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { DrillEvent } from '../../core/events.ts';
import { expectedPages } from '../../core/expected-alerts.ts';
import { paces } from '../../core/pace.ts';
import type { DrillRecord, NewBecause } from '../../core/record.ts';
import type { RuntimeName } from '../../core/runtime.ts';
import type { Scenario } from '../../core/scenario.ts';
import { openSession, type Session } from '../command/session.ts';
import { addDrill } from '../command/suite.ts';
import { runDrill } from '../drill.ts';
import { Handover } from '../stack/handover.ts';
import { type Placement, placementKey, scenarioOnPlacement } from '../stack/placement.ts';
import type { ReadyStack } from '../stack/ready-stack.ts';
import { differenceOfHistory } from '../stack/reuse.ts';
import { untilEveryPanelHasData } from './panels.ts';
import { type DrillOutput, describePage, describePendingOnly, describeRecord } from './record-tests.ts';
import { isWorthRepeating } from './repeat-alone.ts';
import { staggerDrills } from './stagger-drills.ts';

const pace = paces.fast;
const runs = resolve('.firedrill/runs');

export interface PlannedDrill {
  readonly name: string;
  readonly scenario: Scenario;
  readonly placement: Placement;
}

interface Started {
  /** Settles when the drill has its directory; `latest` is the target of the symbolic link then. */
  readonly begun: Promise<Begun>;
  readonly ended: Promise<Ended>;
}

interface Begun {
  readonly directory: string;
  readonly latest: string;
}

/** A record, and the directory that contains it. */
interface Ended {
  readonly record: DrillRecord;
  readonly directory: string;
}

interface Waiting {
  readonly drill: PlannedDrill;
  readonly begun: PromiseWithResolvers<Begun>;
  readonly ended: PromiseWithResolvers<Ended>;
  /** Why it could not reuse the stack of the previous drill. Absent for the first drill. */
  readonly newBecause?: NewBecause | undefined;
}

const keyOf = ({ placement }: PlannedDrill): string => placementKey(placement);

/** Whether a drill may reuse the stack of these drills: the group of an alert that has paged would keep it from doing so. */
function mayFollow(drill: PlannedDrill, onStack: readonly PlannedDrill[]): boolean {
  const pagesOf = (one: PlannedDrill) =>
    expectedPages(scenarioOnPlacement(one.scenario, one.placement).expectations).map(({ alert }) => alert);
  const expected = new Set(pagesOf(drill));
  return onStack.every(
    (before) =>
      differenceOfHistory(before.scenario, drill.scenario) === undefined &&
      pagesOf(before).every((alert) => !expected.has(alert)),
  );
}

export interface ScenarioSuite {
  readonly runtime: RuntimeName;
  readonly drills: readonly PlannedDrill[];
  /** Name of the drill whose dashboards are tested before it is torn down. */
  readonly withDashboards?: string;
  /** The number of concurrent drills. */
  readonly atOnce: number;
}

/** Starts each drill of a suite once. The drills overlap. */
class Drills {
  readonly #options: ScenarioSuite;
  readonly #stop = new AbortController();
  readonly runStaggered: ReturnType<typeof staggerDrills>;
  readonly #started = new Map<string, Started>();
  /** Waiting drills by stack and topology, in the order in which they were requested. */
  readonly #waiting = new Map<string, readonly Waiting[]>();
  readonly #panels = Promise.withResolvers<readonly string[]>();
  #session: Promise<Session> | undefined;

  constructor(options: ScenarioSuite) {
    this.#options = options;
    this.runStaggered = staggerDrills(options.atOnce, this.#stop.signal);
    // Its own test reports the error, if that test runs.
    this.#panels.promise.catch(() => {});
  }

  /** The panels of the dashboards, each of which had data. */
  get panels(): Promise<readonly string[]> {
    return this.#panels.promise;
  }

  start(drill: PlannedDrill): Started {
    const known = this.#started.get(drill.name);
    if (known) return known;
    const begun = Promise.withResolvers<Begun>();
    const ended = Promise.withResolvers<Ended>();
    ended.promise.catch(begun.reject);
    // Its own test reports the error, if that test runs.
    begun.promise.catch(() => {});
    ended.promise.catch(() => {});
    const others = this.#waiting.get(keyOf(drill)) ?? [];
    this.enqueue({ drill, begun, ended }, (one) => [...others, one]);
    const started = { begun: begun.promise, ended: ended.promise };
    this.#started.set(drill.name, started);
    return started;
  }

  /** Adds a drill to the queue. It may run earlier by reusing the stack of another drill. */
  enqueue(one: Waiting, among: (one: Waiting) => readonly Waiting[]): void {
    const key = keyOf(one.drill);
    this.#waiting.set(key, among(one));
    const turn = this.runStaggered(one.drill.placement.stack, (started) => this.runOnOneStack(key, started));
    turn.catch(one.ended.reject);
  }

  /** Runs the next waiting drill of this kind, and further ones for as long as each reuses the stack. */
  async runOnOneStack(key: string, started: () => void): Promise<void> {
    const onStack: PlannedDrill[] = [];
    const take = () => {
      const waiting = this.#waiting.get(key) ?? [];
      const chosen = waiting.find(({ drill }) => mayFollow(drill, onStack)) ?? waiting[0];
      this.#waiting.set(
        key,
        waiting.filter((one) => one !== chosen),
      );
      return chosen;
    };
    let following: Waiting | undefined;
    const handover = new Handover(() => {
      following ??= take();
      return following?.drill;
    });
    try {
      let current = take();
      if (current?.newBecause) handover.refuseReuse(current.newBecause);
      while (current) {
        following = undefined;
        const { drill, begun, ended } = current;
        onStack.push(drill);
        await this.#run(drill, handover, started, begun).then((once) => {
          if (once.record.outcome === 'pass' || !isWorthRepeating(drill.name, once.record))
            return ended.resolve(once);
          // Not awaited: it waits for the slots of this drill.
          this.repeatAlone(drill).then(ended.resolve, ended.reject);
        }, ended.reject);
        current = handover.hasStack ? following : undefined;
      }
    } finally {
      // It needs a new stack, so it is queued again.
      if (following && !handover.hasStack) {
        const { newBecause } = handover.take();
        this.enqueue({ ...following, newBecause }, (one) => [one, ...(this.#waiting.get(key) ?? [])]);
      }
      await handover.close();
    }
  }

  async repeatAlone(drill: PlannedDrill): Promise<Ended> {
    const once = async (started: () => void) => {
      const handover = new Handover(() => undefined);
      try {
        return await this.#run(drill, handover, started, Promise.withResolvers<Begun>());
      } finally {
        await handover.close();
      }
    };
    return await this.runStaggered(drill.placement.stack, once, { alone: true });
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled([...this.#started.values()].map(({ ended }) => ended));
  }

  async #run(
    drill: PlannedDrill,
    handover: Handover,
    started: () => void,
    begun: PromiseWithResolvers<Begun>,
  ): Promise<Ended> {
    let directory = '';
    const record = await this.#runDrill(drill, handover, (event) => {
      if (event.type === 'phase-started' && event.phase === 'warm up') started();
      if (event.type !== 'drill-started') return;
      const own = event.directory;
      directory = own;
      void realpath(join(runs, 'latest')).then(
        (latest) => begun.resolve({ directory: own, latest }),
        begun.reject,
      );
    });
    return { record, directory };
  }

  async #runDrill(
    { name, scenario, placement }: PlannedDrill,
    handover: Handover,
    tell: (event: DrillEvent) => void,
  ): Promise<DrillRecord> {
    const { runtime, drills, withDashboards } = this.#options;
    this.#session ??= openSession({
      env: process.env,
      signal: this.#stop.signal,
      pace,
      runtime,
      // Local images do not depend on a registry.
      images: 'local',
      placements: drills.map((drill) => drill.placement),
      runs,
      toolProgress: () => {},
    });
    const options = { ...(await this.#session)(scenario, placement, tell), handover };
    if (name !== withDashboards) return await runDrill(options);
    const look = async (soFar: DrillRecord, stack: ReadyStack) => {
      await untilEveryPanelHasData(soFar, stack).then(this.#panels.resolve, this.#panels.reject);
    };
    return await runDrill({ ...options, beforeTearDown: look }).finally(() =>
      this.#panels.reject(new Error(`${name} ended before its dashboards could be looked at`)),
    );
  }
}

/** Declares, in the suite that calls it, the drills and the tests of their records and reports. */
export function describeDrills(suite: Mocha.Suite, options: ScenarioSuite): void {
  const drills = new Drills(options);
  const all = options.drills;
  // Each wait in a drill has its own deadline. The first drill may build the tools.
  suite.timeout(0);
  after('end the drills', () => drills.end());

  // These tests start all requested drills before any test waits for one, so that the drills overlap.
  for (const drill of all) {
    it(`${drill.name}: begins, with a directory of its own to which latest leads`, async () => {
      const { directory, latest } = await drills.start(drill).begun;
      expect(directory).to.contain(drill.scenario.name);
      expect((await stat(directory)).isDirectory()).to.equal(true);
      expect(latest).to.equal(directory);
    });
  }
  for (const drill of all) {
    addDrill(
      suite,
      drill.name,
      scenarioOnPlacement(drill.scenario, drill.placement),
      pace,
      undefined,
      async () => (await drills.start(drill).ended).record,
    );
    describe(`${drill.name}: its record`, () => describeKept(drills, drill, options));
  }
}

function describeKept(drills: Drills, drill: PlannedDrill, { runtime, withDashboards }: ScenarioSuite): void {
  let kept: Ended | undefined;
  before(async () => {
    kept = await drills.start(drill).ended;
  });
  const look = (): DrillOutput => {
    if (!kept) throw new Error('there is no record');
    const { record, directory } = kept;
    return { record, file: (name) => readFile(join(directory, name), 'utf8') };
  };
  it(`says that it ran on ${runtime}, and from what`, () => {
    const { stack } = look().record;
    expect(stack.runtime).to.equal(runtime);
    const images = stack.components.flatMap(({ image }) => (image ? [image] : []));
    expect(images).to.have.length(runtime === 'docker' ? stack.components.length : 0);
    for (const { source, digest } of images) {
      expect(source).to.equal('local');
      expect(digest).to.match(/^sha256:[0-9a-f]{64}$/);
    }
  });
  describeRecord(look);
  for (const expectation of scenarioOnPlacement(drill.scenario, drill.placement).expectations) {
    if (expectation.kind === 'page') describePage(look, expectation);
    if (expectation.kind === 'pending-only') describePendingOnly(look, expectation.alert);
  }
  if (drill.name !== withDashboards) return;
  it('shows data in every panel of every dashboard', async () => {
    expect(await drills.panels).to.have.length.greaterThan(20);
  });
}
