/** Mocha tests of the record and the reports of a drill that passed. */
import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, use } from 'chai';
import { firedrillAssertions } from '../../assertions/chai.ts';
import { floorFor } from '../../core/floor-for.ts';
import { firingHops, type HopName, resolvingHops } from '../../core/hops.ts';
import type { DrillRecord } from '../../core/record.ts';
import { awaitsResolution, type PageExpectation } from '../../core/scenario.ts';
import { recordSchemaFile } from '../../reports/schema.ts';

use(firedrillAssertions);

/** How far apart two components may stamp the same moment on a busy machine. The sidecars are read every 50 ms. */
const toleranceMs = 500;

/** The record and the files of a drill. */
export interface DrillOutput {
  readonly record: DrillRecord;
  /** Reads a file of its directory. */
  readonly file: (name: string) => Promise<string>;
}

export function describeRecord(look: () => DrillOutput): void {
  it('shows a drill that ended, was torn down and passed', () => {
    const { record } = look();
    expect(record.problem).to.equal(undefined);
    expect(record.teardownFailures).to.deep.equal([]);
    expect(record.phases.filter(({ outcome }) => outcome !== 'done')).to.deep.equal([]);
    expect(record.outcome).to.equal('pass');
  });

  it('is stored, and matches the JSON schema', async () => {
    const { record, file } = look();
    const onDisk = JSON.parse(await file('record.json'));
    expect(onDisk).to.deep.equal(JSON.parse(JSON.stringify(record)));
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    const valid = ajv.validate(JSON.parse(await readFile(recordSchemaFile, 'utf8')), onDisk);
    expect(valid, ajv.errorsText()).to.equal(true);
  });

  it('has its reports beside it', async () => {
    const { record, file } = look();
    expect(await file('summary.md'))
      .to.contain(record.id)
      .and.contain('## Checks');
    expect(await file('junit.xml')).to.contain(`tests="${record.verdicts.length}"`);
    expect(await file('report.html'))
      .to.contain(record.id)
      .and.match(/<\/html>\s*$/);
  });

  it("agrees with k6's samples", async () => {
    const { record, file } = look();
    const { load, faultWindow, scenario } = record;
    if (!load || !faultWindow) throw new Error('no load or no fault window');
    const total = Object.values(load.journeys).reduce((sum, { requests }) => sum + requests, 0);
    const lines = (await file('samples.csv')).trimEnd().split('\n');
    // The load goes on until the record is complete.
    const samples = lines.slice(0, total).map((line) => {
      const [at, journey, status, durationMs, instance] = line.split(',');
      return { at: Number(at), journey, status: Number(status), durationMs: Number(durationMs), instance };
    });
    expect(samples).to.have.lengthOf(total);
    for (const [name, { requests, failed }] of Object.entries(load.journeys)) {
      const own = samples.filter(({ journey }) => journey === name);
      const bad = own.filter(({ status }) => status === 0 || status >= 400);
      expect([own.length, bad.length], name).to.deep.equal([requests, failed]);
    }
    expect(load.seconds.reduce((sum, { requests }) => sum + requests, 0)).to.equal(total);
    expect(faultWindow.hits).to.be.at.least(faultWindow.required);
    const { hits: hit } = scenario.fault;
    if (!hit) return;
    const { injectedAt, revertedAt = Number.NaN } = faultWindow;
    const hits = samples
      .filter(({ at, durationMs }) => at >= injectedAt && at - durationMs <= revertedAt)
      .filter(({ journey }) => journey === hit.journey)
      .filter(({ status }) => hit.status?.includes(status) ?? true)
      .filter(({ durationMs }) => durationMs > (hit.slowerThanMs ?? -1))
      .filter(({ instance }) => instance === (hit.instance ?? instance));
    expect(hits).to.have.lengthOf(faultWindow.hits);
    // A request without an answer is hit from its beginning.
    const hitAt = ({ at, status, durationMs }: (typeof hits)[number]) =>
      status === 0 ? Math.max(injectedAt, at - durationMs) : at;
    const first = Math.min(...hits.map(hitAt));
    expect(first).to.be.closeTo(faultWindow.firstHitAt ?? Number.NaN, 0.001);
  });

  it('has consistent floors', () => {
    for (const [alert, { detect, resolve }] of Object.entries(look().record.floors)) {
      for (const { best, mean, worst, terms } of [detect, resolve]) {
        expect(best, alert).to.be.at.most(mean);
        expect(mean, alert).to.be.at.most(worst);
        expect(
          terms.reduce((sum, term) => sum + term.mean, 0),
          alert,
        ).to.be.closeTo(mean, 0.01);
      }
    }
  });
}

/** Returns the times of an alert's hops, `NaN` for a hop that was not reached. Expects each hop to have a source. */
function hopsOf({ evidence }: DrillRecord, alert: string): (name: HopName) => number {
  const hops = evidence?.alerts.find((found) => found.alert === alert)?.hops ?? [];
  for (const { name, source } of hops) expect(source, name).not.to.equal('');
  return (name) => hops.find((hop) => hop.name === name)?.at ?? Number.NaN;
}

/** Returns the telemetry hops if the alert's rule reads another signal than the fault's. */
function hopsOfOtherSignal({ evidence, scenario }: DrillRecord, alert: string): HopName[] {
  const { selectors = [] } = evidence?.alerts.find((found) => found.alert === alert) ?? {};
  const readsLogs = selectors.some(({ tenant }) => tenant !== undefined);
  return readsLogs === (scenario.fault.telemetry.signal === 'log')
    ? []
    : ['telemetry exported', 'sample stored'];
}

function expectInOrder(names: readonly HopName[], at: (name: HopName) => number): void {
  for (const [i, name] of names.entries()) {
    expect(at(name), name).to.be.a('number').and.not.NaN;
    const before = names[i - 1];
    if (before) expect(at(name), `${before} → ${name}`).to.be.at.least(at(before) - toleranceMs);
  }
}

export function describePage(look: () => DrillOutput, expectation: PageExpectation): void {
  const { alert, receiver, contactPoint = receiver } = expectation;
  const isToldOfEnd = awaitsResolution(expectation);

  it(`shows every hop of ${alert}, there and back, in order`, () => {
    const { record } = look();
    const { hits } = record.scenario.fault;
    const at = hopsOf(record, alert);
    const aside = hopsOfOtherSignal(record, alert);
    const firing = firingHops.filter((name) => hits || name !== 'first request hit');
    expectInOrder(
      firing.filter((name) => !aside.includes(name)),
      at,
    );
    // Telemetry that the rule does not read must only come after the injection.
    expectInOrder(['fault injected', ...aside], at);
    expectInOrder(['fault reverted', 'expression false', 'resolved'], at);
    if (isToldOfEnd) expectInOrder(['resolved', 'resolved page received'], at);
    if (hits) expectInOrder(['last request hit', 'expression false'], at);
    const hops = record.evidence?.alerts.find((found) => found.alert === alert)?.hops ?? [];
    expect(hops.map(({ name }) => name)).to.deep.equal([...firingHops, ...resolvingHops]);
    const marked = hops.filter(({ detail }) => detail?.includes('; the rule reads ')).map(({ name }) => name);
    expect(marked).to.deep.equal(aside);
  });

  it(`measures an MTTD of ${alert} that the configuration explains`, () => {
    const { record } = look();
    const { measuredMs } = record.verdicts.find(({ id }) => id === `${alert}@${receiver}/arrives`) ?? {};
    const { best, worst } = floorFor(record, expectation)?.detect ?? { best: Number.NaN, worst: Number.NaN };
    // While a receiver fails, the configuration is not all that takes time.
    const isRefused = record.scenario.refusing?.[receiver] !== undefined;
    expect(measuredMs).to.be.within(best - 500, isRefused ? Number.POSITIVE_INFINITY : worst + 2_000);
    const at = hopsOf(record, alert);
    const from = record.faultWindow?.firstHitAt ?? Number.NaN;
    expect(measuredMs).to.be.closeTo(at('page received') - from, 0.01);
    if (record.scenario.fault.hits) expect(from).to.equal(at('first request hit'));
    // The fault takes effect between its injection and its first sign in the telemetry.
    else expect(from).to.be.within(at('fault injected'), at('telemetry exported'));
  });

  it(`has the pages of ${alert} as they arrived`, () => {
    const { record } = look();
    expect(record).to.have.paged(alert).via(receiver);
    const pages = record.pages.filter((page) => page.alert === alert);
    expect(new Set(pages.map(({ status }) => status))).to.deep.equal(
      new Set(['firing', ...(isToldOfEnd ? ['resolved'] : [])]),
    );
    for (const page of pages) {
      const delivery = record.deliveries[page.delivery];
      expect(delivery).to.include({ receiver });
      expect(delivery?.responseStatus).to.be.oneOf([200, 202]);
      expect(delivery?.at).to.equal(page.receivedAt);
      // A contact point has the name of its receiver, unless the scenario names it.
      expect(delivery?.responseStatus).to.be.within(200, 299);
      expect(delivery?.at).to.equal(page.receivedAt);
      // Without an addition, each contact point has the name of its receiver.
      expect(page.contactPoints).to.deep.equal([contactPoint]);
      // Telegram's messages are forms, the others JSON.
      const said = delivery?.message?.text ?? JSON.stringify(JSON.parse(delivery?.body ?? ''));
      expect(said).to.contain(alert);
    }
  });
}

export function describePendingOnly(look: () => DrillOutput, alert: string): void {
  it(`shows that ${alert} was pending and paged nobody`, () => {
    const { record } = look();
    expect(record).to.have.pagedNobody();
    expect(record.deliveries).to.deep.equal([]);
    const found = record.evidence?.alerts.find((evidence) => evidence.alert === alert);
    expect(found?.pending).to.have.lengthOf(1);
    expect(found?.firing).to.deep.equal([]);
    expect(found?.alertmanager).to.deep.equal([]);
  });

  it(`shows the hops of ${alert} up to pending`, () => {
    const at = hopsOf(look().record, alert);
    expectInOrder(firingHops.slice(0, firingHops.indexOf('firing')), at);
    expect(at('firing')).to.be.NaN;
    expect(at('notifier sent')).to.be.NaN;
  });
}
