/*
 * The project's own scenarios at fast pace, as the command line runs them, each where it runs unless asked otherwise,
 * one on the other topology and one on the small stack; and what their records and reports must hold.
 * `npx mocha harness/scenarios.integration.ts -g checkout-errors` runs one of them alone.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { DrillEvent } from '../core/events.ts';
import { paces } from '../core/pace.ts';
import type { DrillRecord } from '../core/record.ts';
import type { Scenario } from '../core/scenario.ts';
import { scenarioNamed, scenarios } from '../scenarios/index.ts';
import { runDrill } from './drill.ts';
import type { Parts } from './parts.ts';
import { asPlaced, ownPlacement, type Placement } from './placement.ts';
import { openSession, type Session } from './session.ts';
import { addDrill } from './suite.ts';
import { everyPanelHasData } from './testing/panels.ts';
import { describePage, describePendingOnly, describeRecord, type Kept } from './testing/record-tests.ts';
import { staggered } from './testing/staggered.ts';

const pace = paces.fast;
const runs = resolve('.firedrill/runs');

interface Drilled {
  readonly name: string;
  readonly scenario: Scenario;
  readonly placement: Placement;
}

/** The first drill's dashboards are looked at before it is torn down. */
const watched = 'checkout-errors';
const drills: readonly Drilled[] = [
  ...scenarios.map((scenario) => ({ name: scenario.name, scenario, placement: ownPlacement(scenario) })),
  {
    name: 'monthly-rent on direct',
    scenario: scenarioNamed('monthly-rent'),
    placement: { stack: 'full', topology: 'direct' },
  },
  {
    name: 'checkout-errors on metrics',
    scenario: scenarioNamed('checkout-errors'),
    placement: { stack: 'metrics', topology: 'sidecar' },
  },
];

interface Started {
  /** Settles when the drill has its directory, with what `latest` led to at that moment. */
  readonly begun: Promise<{ directory: string; latest: string }>;
  readonly record: Promise<DrillRecord>;
}

const stop = new AbortController();
const turn = staggered(3, stop.signal);
const started = new Map<string, Started>();
const panels = Promise.withResolvers<readonly string[]>();
// Its own test tells, if that one runs.
panels.promise.catch(() => {});
let session: Promise<Session> | undefined;

/** Starts a drill, once. */
function start({ name, scenario, placement }: Drilled): Started {
  const known = started.get(name);
  if (known) return known;
  const begun = Promise.withResolvers<{ directory: string; latest: string }>();
  const tell = (event: DrillEvent, warm: () => void) => {
    if (event.type === 'phase-started' && event.phase === 'quiet gate') warm();
    if (event.type !== 'drill-started') return;
    const { directory } = event;
    void realpath(join(runs, 'latest')).then((latest) => begun.resolve({ directory, latest }), begun.reject);
  };
  session ??= openSession({
    env: process.env,
    signal: stop.signal,
    pace,
    runtime: 'process',
    placements: drills.map((drill) => drill.placement),
    runs,
    toolProgress: () => {},
  });
  const opened = session;
  const record = turn(placement.stack, async (warm) => {
    const options = (await opened)(scenario, placement, (event) => tell(event, warm));
    if (name !== watched) return await runDrill(options);
    const look = async (soFar: DrillRecord, stage: Pick<Parts, 'stack' | 'runtime'>) => {
      await everyPanelHasData(soFar, stage).then(panels.resolve, panels.reject);
    };
    return await runDrill({ ...options, beforeTearDown: look }).finally(() =>
      panels.reject(new Error(`${name} ended before its dashboards could be looked at`)),
    );
  });
  record.catch(begun.reject);
  // Its own test tells, if that one runs.
  begun.promise.catch(() => {});
  const drill = { begun: begun.promise, record };
  started.set(name, drill);
  return drill;
}

describe('scenarios', function () {
  // Every wait inside a drill has its own deadline; the first one may build the tools.
  this.timeout(0);

  after(async () => {
    stop.abort();
    await Promise.allSettled([...started.values()].map(({ record }) => record));
  });

  // Before any drill is waited for, so that they overlap; and only those that were asked for.
  for (const drill of drills) {
    it(`${drill.name}: begins, with a directory of its own to which latest leads`, async () => {
      const { directory, latest } = await start(drill).begun;
      expect(directory).to.contain(drill.scenario.name);
      expect((await stat(directory)).isDirectory()).to.equal(true);
      expect(latest).to.equal(directory);
    });
  }

  for (const drill of drills) {
    const judged = asPlaced(drill.scenario, drill.placement);
    addDrill(this, drill.name, judged, pace, () => start(drill).record);
    describe(`${drill.name}: its record`, () => {
      const kept: { record?: DrillRecord; directory?: string } = {};
      before(async () => {
        kept.record = await start(drill).record;
        kept.directory = (await start(drill).begun).directory;
      });
      const look = (): Kept => {
        const { record, directory } = kept;
        if (!record || directory === undefined) throw new Error('there is no record');
        return { record, file: (name) => readFile(join(directory, name), 'utf8') };
      };
      describeRecord(look);
      for (const expectation of judged.expectations) {
        if (expectation.kind === 'page') describePage(look, expectation);
        else describePendingOnly(look, expectation.alert);
      }
      if (drill.name === watched)
        it('shows data in every panel of every dashboard', async () => {
          expect(await panels.promise).to.have.length.greaterThan(20);
        });
    });
  }
});
