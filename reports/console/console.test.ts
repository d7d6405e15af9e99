import { expect } from 'chai';
import type { DrillEvent } from '../../core/events.ts';
import { sampleKinds } from '../testing/basics.ts';
import { hostile, hostileRecord } from '../testing/hostile.ts';
import { monthlyRentRecord } from '../testing/monthly-rent/record.ts';
import { traceId } from '../testing/monthly-rent/request.ts';
import { samplePage, sampleRecord } from '../testing/sample-record.ts';
import { type ConsoleOptions, createConsole } from './console.ts';
import { pageText } from './lines.ts';

const escapeCode = '\u001b';

/** A console that writes into a text, on a clock that a test moves. */
function consoleWith(options: Partial<ConsoleOptions> = {}) {
  const written: string[] = [];
  let time = 0;
  const stream = { write: (text: string) => written.push(text) };
  const shown = createConsole({
    stream,
    tty: false,
    colour: false,
    columns: 100,
    now: () => time,
    ...options,
  });
  return {
    ...shown,
    text: () => written.join(''),
    lines: () => written.join('').split('\n').slice(0, -1),
    at: (ms: number) => {
      time = ms;
    },
  };
}

const started = (phase: 'await pages'): DrillEvent => ({
  type: 'phase-started',
  phase,
  awaits: 'the page',
  upToMs: 60_000,
});
const waiting: DrillEvent = { type: 'waiting', phase: 'await pages', saw: 'pending' };

/** Everything that a drill tells, in order. */
function eventsOf(record = sampleRecord()): DrillEvent[] {
  const alert = record.evidence?.alerts[0];
  return [
    { type: 'drill-started', record, directory: `${process.cwd()}/.firedrill/runs/x` },
    ...record.phases.flatMap((phase): DrillEvent[] => [
      { type: 'phase-started', phase: phase.name },
      { type: 'waiting', phase: phase.name, saw: hostile },
      { type: 'phase-ended', phase },
    ]),
    ...(alert?.hops ?? []).map((hop): DrillEvent => ({ type: 'hop', alert: alert?.alert ?? '', hop })),
    ...record.pages.map((page): DrillEvent => ({ type: 'page', page })),
    { type: 'note', message: hostile },
  ];
}

describe('console in a log', () => {
  it('says of a page that its message does not show the alert', () => {
    const text = (shown: boolean) => pageText(samplePage({ shown }));
    expect(text(false)).to.match(/, not shown in the message$/);
    expect(text(true)).not.to.contain('not shown');
  });

  it('says at its start what a phase waits for and how long, and at its end how long it took', () => {
    const c = consoleWith();
    c.tell(started('await pages'));
    c.tell({
      type: 'phase-ended',
      phase: { name: 'await pages', startedAt: 0, endedAt: 8200, outcome: 'done' },
    });
    c.close();
    expect(c.lines()).to.deep.equal([
      '   0.0 s  await pages: waits for the page, up to 60 s',
      '   0.0 s  await pages: done, 8.2 s',
    ]);
  });

  it('says every ten seconds at most that it still waits', () => {
    const c = consoleWith();
    c.tell(started('await pages'));
    for (let ms = 0; ms <= 25_000; ms += 100) {
      c.at(ms);
      c.tell(waiting);
    }
    c.close();
    expect(c.lines().filter((line) => line.includes('still waiting'))).to.deep.equal([
      '  10.0 s    still waiting: await pages, 10 s of up to 60 s; waits for the page; last seen: pending',
      '  20.0 s    still waiting: await pages, 20 s of up to 60 s; waits for the page; last seen: pending',
    ]);
  });

  it('shows hops and pages with the time since the first request hit', () => {
    const c = consoleWith();
    for (const event of eventsOf()) c.tell(event);
    c.close();
    expect(c.text()).to.contain('hop +10.4 s firing: CheckoutErrorRateHigh\n');
    expect(c.text()).to.contain(
      'page +10.6 s CheckoutErrorRateHigh firing at Slack (severity=critical team=payments)\n',
    );
  });

  for (const record of [...sampleKinds.map((kind) => sampleRecord(kind)), hostileRecord()]) {
    it(`writes whole lines without escape codes or carriage returns (${record.outcome}, ${record.verdicts.length} verdicts)`, () => {
      const c = consoleWith();
      for (const event of eventsOf(record)) c.tell(event);
      c.finish(record);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(c.text()).to.not.match(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      expect(c.text().endsWith('\n')).to.equal(true);
    });
  }
});

describe('console on a terminal', () => {
  it('keeps the running phase on one line that never wraps, and takes it away when the phase ends', () => {
    const c = consoleWith({ tty: true, columns: 60 });
    c.tell(started('await pages'));
    c.tell({ ...waiting, saw: 'x'.repeat(200) } as DrillEvent);
    c.tell({ type: 'note', message: 'a note' });
    const [, ...rewritten] = c.text().split(`\r${escapeCode}[2K`);
    for (const line of rewritten) expect(line.split('\n').at(-1)?.length).to.be.at.most(59);
    c.tell({
      type: 'phase-ended',
      phase: { name: 'await pages', startedAt: 0, endedAt: 100, outcome: 'done' },
    });
    c.close();
    expect(c.text().endsWith(`\r${escapeCode}[2K ✓ await pages       100 ms\n`)).to.equal(true);
  });

  it('shows what the running phase awaits and last saw, and for how long', () => {
    const c = consoleWith({ tty: true });
    c.tell(started('await pages'));
    c.tell(waiting);
    c.at(8200);
    c.tell({ type: 'note', message: 'a note' });
    c.close();
    expect(c.text()).to.contain('8.2 s of up to 60 s · waits for the page · last seen: pending');
  });

  it('leaves an empty line when it is closed in the middle of a phase', () => {
    const c = consoleWith({ tty: true });
    c.tell(started('await pages'));
    c.close();
    const before = c.text();
    c.close();
    expect(before.endsWith(`\r${escapeCode}[2K`)).to.equal(true);
    expect(c.text()).to.equal(before);
  });

  it('colours only when it is asked to, and never by foreign text', () => {
    const events = eventsOf(hostileRecord());
    const plain = consoleWith({ tty: true });
    for (const event of events) plain.tell(event);
    plain.finish(hostileRecord());
    expect(plain.text().replaceAll(`\r${escapeCode}[2K`, '')).to.not.contain(escapeCode);
    const coloured = consoleWith({ tty: true, colour: true });
    for (const event of events) coloured.tell(event);
    coloured.close();
    expect(coloured.text()).to.contain(`${escapeCode}[1m`);
    expect(coloured.text()).to.not.contain(`${escapeCode}[31mred`);
  });
});

describe('the end on the console', () => {
  const endOf = (kind: (typeof sampleKinds)[number]) => {
    const c = consoleWith();
    c.tell({
      type: 'drill-started',
      record: sampleRecord(),
      directory: `${process.cwd()}/.firedrill/runs/x`,
    });
    c.finish(sampleRecord(kind));
    return c;
  };

  it('shows target, floor, measured time and verdict of each check, the report, and one line', () => {
    const lines = endOf('held').lines();
    expect(
      lines.some((l) => /reaches slack within 20 s +20 s +9\.0 \/ 10\.8 \/ 12\.3 s +10\.6 s +pass$/.test(l)),
    ).to.equal(true);
    expect(lines.at(-2)).to.equal('Report: .firedrill/runs/x/report.html');
    expect(lines.at(-1)).to.equal('Held: all 9 checks of checkout-errors passed after 63.9 s.');
  });

  it('names the trace of the request that was followed', () => {
    const c = consoleWith({ columns: 200 });
    c.finish(monthlyRentRecord());
    expect(c.lines()).to.include(
      `One request: trace ${traceId}: storefront → orders, failed at “pg.query:INSERT firedrill”: value too long for type character varying(5)`,
    );
  });

  it('says where and why an alert died', () => {
    const text = endOf('never-crossed').text();
    expect(text).to.contain('failed at “expression true”: the threshold was never crossed');
    expect(text).to.contain('must be > 0.05');
  });

  it('says what broke and what to do next', () => {
    const text = endOf('broken').text();
    expect(text).to.contain('Broken during “start stack”');
    expect(text).to.contain('→ see orders.log in the run directory');
  });
});
