/*
 * The project's own scenarios at fast pace, as the command line runs them, and what their records and reports
 * must hold. `npx mocha harness/scenarios.integration.ts -g checkout-errors` runs one of them alone.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { DrillEvent } from '../core/events.ts';
import { paces } from '../core/pace.ts';
import type { DrillRecord } from '../core/record.ts';
import type { Scenario } from '../core/scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import { runDrill } from './drill.ts';
import { asPlaced, ownPlacement } from './placement.ts';
import { openSession, type Session } from './session.ts';
import { addDrill } from './suite.ts';
import { describePage, describePendingOnly, describeRecord, type Kept } from './testing/record-tests.ts';
import { staggered } from './testing/staggered.ts';

const pace = paces.fast;
const runs = resolve('.firedrill/runs');

interface Started {
  /** Settles when the drill has its directory, with what `latest` led to at that moment. */
  readonly begun: Promise<{ directory: string; latest: string }>;
  readonly record: Promise<DrillRecord>;
}

const stop = new AbortController();
// A full stack keeps most of a core busy; on two cores, three of them at once would be late.
const turn = staggered(2);
const started = new Map<string, Started>();
let session: Promise<Session> | undefined;

/** Starts the drill of a scenario, once. */
function start(scenario: Scenario): Started {
  const known = started.get(scenario.name);
  if (known) return known;
  const begun = Promise.withResolvers<{ directory: string; latest: string }>();
  const tell = (event: DrillEvent, warm: () => void) => {
    if (event.type === 'phase-started' && event.phase === 'quiet gate') warm();
    if (event.type !== 'drill-started') return;
    const { directory } = event;
    void realpath(join(runs, 'latest')).then((latest) => begun.resolve({ directory, latest }), begun.reject);
  };
  const placements = scenarios.map(ownPlacement);
  session ??= openSession({
    env: process.env,
    signal: stop.signal,
    pace,
    placements,
    runs,
    toolProgress: () => {},
  });
  const opened = session;
  const record = turn(
    async (warm) =>
      await runDrill((await opened)(scenario, ownPlacement(scenario), (event) => tell(event, warm))),
  );
  record.catch(begun.reject);
  // Its own test tells, if that one runs.
  begun.promise.catch(() => {});
  const drill = { begun: begun.promise, record };
  started.set(scenario.name, drill);
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
  for (const scenario of scenarios) {
    it(`${scenario.name}: begins, with a directory of its own to which latest leads`, async () => {
      const { directory, latest } = await start(scenario).begun;
      expect(directory).to.contain(scenario.name);
      expect((await stat(directory)).isDirectory()).to.equal(true);
      expect(latest).to.equal(directory);
    });
  }

  for (const scenario of scenarios) {
    addDrill(
      this,
      scenario.name,
      asPlaced(scenario, ownPlacement(scenario)),
      pace,
      () => start(scenario).record,
    );
    describe(`${scenario.name}: its record`, () => {
      const kept: { record?: DrillRecord; directory?: string } = {};
      before(async () => {
        kept.record = await start(scenario).record;
        kept.directory = (await start(scenario).begun).directory;
      });
      const look = (): Kept => {
        const { record, directory } = kept;
        if (!record || directory === undefined) throw new Error('there is no record');
        return { record, file: (name) => readFile(join(directory, name), 'utf8') };
      };
      describeRecord(look);
      for (const expectation of asPlaced(scenario, ownPlacement(scenario)).expectations) {
        if (expectation.kind === 'page') describePage(look, expectation);
        else describePendingOnly(look, expectation.alert);
      }
    });
  }
});
