import { expect } from 'chai';
import type { DeadMansSwitchEvidence, Page } from '../core/record.ts';
import type { ScenarioInput } from '../core/scenario.ts';
import { at, pageAt, scenarioWith } from './testing/basics.ts';
import { recordWith, verdictOf } from './testing/record.ts';

/* The fault takes effect at second 0 and ends at second 20; the switch must page within 20 s, and resolve within 10 s. */

const expected: ScenarioInput['expectations'][number] = {
  kind: 'dead-mans-switch',
  receiver: 'pagerduty',
  within: '5m',
  resolvedWithin: '150s',
};
const scenario = scenarioWith({
  with: ['watchers'],
  fault: {
    kind: 'kill-component',
    params: { component: 'prometheus' },
    telemetry: { signal: 'query', query: 'up{job="prometheus"} == 0' },
    atLeast: 1,
  },
  expectations: [expected],
});
const switchPage = (seconds: number, changes: Partial<Page> = {}): Page => {
  const { startsAt: _, ...page } = pageAt(seconds, {
    ...{ receiver: 'pagerduty', alert: 'DeadMansSwitch', labels: { alertname: 'DeadMansSwitch' } },
    ...{ annotations: {}, links: [], severity: 'critical', incident: 'opened', dedupKey: 'DeadMansSwitch' },
    ...changes,
  });
  return page;
};
const resolution = switchPage(22, { status: 'resolved', incident: 'resolved' });
const drill = (pages: Page[], seen: Partial<DeadMansSwitchEvidence> = {}) =>
  recordWith({
    ...{ version: 4, scenario, pages, floors: {} },
    faultWindow: {
      ...{ injectedAt: at(0), firstHitAt: at(0), heldUntil: at(20), revertedAt: at(20), lastHitAt: at(20) },
      ...{ hits: 0, requests: 0, required: 0 },
    },
    evidence: { alerts: [] },
    deadMansSwitch: { patienceMs: 12_000, pings: [at(-2), at(-1)], events: [], ...seen },
  });

describe("the page of the dead-man's switch", () => {
  it('passes in time, and is then no other page', () => {
    const record = drill([switchPage(11), resolution]);
    expect(verdictOf(record, 'arrives')).to.deep.include({
      id: 'DeadMansSwitch@pagerduty/arrives',
      ...{ outcome: 'pass', expectation: 0, alert: 'DeadMansSwitch', receiver: 'pagerduty' },
      ...{ measuredMs: 11_000, targetMs: 20_000 },
    });
    expect(verdictOf(record, 'resolved')).to.include({ outcome: 'pass', measuredMs: 2_000 });
    expect(verdictOf(record, 'no-other-page').outcome).to.equal('pass');
    expect(record.scenario.expectations).to.have.length(1);
  });

  it('fails if it is late or is not resolved', () => {
    expect(verdictOf(drill([switchPage(21), resolution]), 'arrives').outcome).to.equal('fail');
    expect(verdictOf(drill([switchPage(11)]), 'resolved').outcome).to.equal('fail');
  });

  it('fails with what the switch saw if it was still pinged', () => {
    const { outcome, message } = verdictOf(drill([], { pings: [at(-1), at(4), at(18)] }), 'arrives');
    expect(outcome).to.equal('fail');
    expect(message).to.match(
      /: the switch sent no page: 2 pings came during the fault, the last one 18.0 s after the fault$/,
    );
  });

  it('fails with what became of its event if nobody took it', () => {
    const problem = 'connect ECONNREFUSED 127.0.0.1:9093';
    const events = [{ at: at(11), action: 'trigger' as const, to: 'alertmanager:9093', problem }];
    const { outcome, message, evidence } = verdictOf(drill([], { events }), 'arrives');
    expect(outcome).to.equal('fail');
    expect(message).to.match(
      /: its event to alertmanager:9093, 11.0 s after the fault, was not accepted: connect ECONNREFUSED/,
    );
    expect(evidence.at(-1)).to.equal('it pages after 12.0 s without a ping');
  });

  it('is another page if it came before the fault, or at another receiver', () => {
    const early = verdictOf(drill([switchPage(-3), switchPage(11), resolution]), 'no-other-page');
    expect(early)
      .to.include({ outcome: 'fail' })
      .and.have.property('message')
      .that.contains('it came before the fault');
    const elsewhere = drill([switchPage(11), resolution, switchPage(12, { receiver: 'slack' })]);
    expect(verdictOf(elsewhere, 'no-other-page').message).to.contain('expected at pagerduty only');
  });
});

describe("a page of the dead-man's switch while nothing is broken", () => {
  it('is explained by the pings', () => {
    const {
      quietGate: _,
      faultWindow: __,
      ...record
    } = recordWith({
      version: 4,
      rules: {
        ...{ from: at(-5), to: at(0), health: [], alwaysFiring: [] },
        noise: [
          {
            ...{ manager: 'prometheus', name: 'DeadMansSwitch', file: '', group: '', query: '', labels: {} },
            ...{ state: 'paged', isConstant: false, unread: [], lastError: '', receivers: ['pagerduty'] },
          },
        ],
      },
      deadMansSwitch: {
        patienceMs: 12_000,
        pings: [at(-60), at(-53), at(-33)],
        events: [{ at: at(-41), action: 'trigger', to: 'PagerDuty' }],
      },
    });
    const { message, outcome } = verdictOf(record, 'rules');
    expect(outcome).to.equal('fail');
    expect(message).to.equal(
      'DeadMansSwitch paged while nothing is broken: nothing pinged it for 12.0 s, after pings up to 7.0 s apart: its patience must be longer than the Watchdog takes to come again',
    );
  });
});
