import { expect } from 'chai';
import type { DrillRecord } from '../core/record.ts';
import { closing, story } from './story.ts';
import { monthlyRentRecord } from './testing/monthly-rent/record.ts';
import { sampleRecord } from './testing/sample-record.ts';
import { brokenVerdicts } from './testing/verdicts.ts';

const faultOf = ({ scenario }: DrillRecord, changes: Partial<DrillRecord['scenario']['fault']>) => ({
  ...scenario,
  fault: { ...scenario.fault, ...changes },
});

const told = (...args: Parameters<typeof sampleRecord>) => story(sampleRecord(...args)).join(' ');

describe('the story of a drill', () => {
  it('describes a drill that held: fault, page, resolution', () => {
    expect(told('held')).to.equal(
      'The fault payment-failures was injected at 10:30:31 UTC and hit 44 of 88 checkout requests. ' +
        '10.6 s after the first failing request, the page CheckoutErrorRateHigh arrived at Slack (target 20 s; floor 9 s to 12.3 s). ' +
        'It resolved 12.5 s after the last failing request (target 40 s; floor 9 s to 13 s). It reached PagerDuty after 10.6 s.',
    );
  });

  it('names the hop at which a page was lost, once for all receivers', () => {
    expect(told('never-crossed')).to.contain(
      'did not arrive at Slack or PagerDuty (target 20 s; floor 9 s to 12.3 s); it was lost at “expression true”: the threshold was never crossed.',
    );
  });

  it('says that a page came but not as expected, and which hop took the time', () => {
    const { verdicts } = sampleRecord();
    const [first, ...rest] = verdicts;
    if (!first) throw new Error('the sample has no verdict');
    const late = {
      ...first,
      outcome: 'fail' as const,
      measuredMs: 24_000,
      autopsy: { hop: 'firing' as const, cause: 'arrived late', evidence: [] },
    };
    expect(told('held', { verdicts: [late, ...rest], outcome: 'fail' })).to.contain(
      '24 s after the first failing request, the page CheckoutErrorRateHigh arrived at Slack, not as expected (target 20 s; floor 9 s to 12.3 s). At “firing”: arrived late.',
    );
  });

  it('describes a failure other than a missing page', () => {
    const verdict = {
      id: 'drill/no-other-page',
      title: 'no other page',
      outcome: 'fail' as const,
      message: 'Stray paged',
      evidence: [],
    };
    expect(told('held', { verdicts: [verdict], outcome: 'fail' })).to.contain(
      'The check “no other page” failed: Stray paged.',
    );
  });

  it('blames no alert when the drill broke, or was interrupted', () => {
    expect(told('broken')).to.contain('The drill itself broke during “start stack”: orders: waited');
    expect(told('interrupted')).to.contain('the fault was reverted and everything was torn down.');
    const unproven = { verdicts: brokenVerdicts('the fault had no effect'), outcome: 'broken' as const };
    expect(
      told('held', unproven).match(/This drill proves nothing: the fault had no effect\./g),
    ).to.have.length(1);
  });

  it('never claims a revert or a teardown that is not known', () => {
    const { faultWindow } = sampleRecord('interrupted');
    if (!faultWindow) throw new Error('the sample has no fault window');
    const { revertedAt: _, ...open } = faultWindow;
    const left = { faultWindow: open, teardownFailures: [{ what: 'loki', message: 'still running' }] };
    expect(told('interrupted', left)).to.contain(
      'the fault is not known to be reverted and 1 thing could not be torn down.',
    );
  });

  it('describes an alert of Grafana, and requests to a single instance', () => {
    const record = monthlyRentRecord();
    expect(story(record).join(' ')).to.contain(
      "13.3 s after the first failing request, the page of Grafana's alert Bug Report arrived at Telegram (target 26 s; floor 5 s to 15 s).",
    );
    const hits = { journey: 'monthly', slowerThanMs: 900, instance: 'storefront-2' };
    const slow = { ...record, scenario: faultOf(record, { hits }) };
    expect(story(slow).join(' '))
      .to.contain('hit 6 of 6 monthly requests to storefront-2. 13.3 s after the first slow request,')
      .and.contain('It resolved 24 s after the last slow request');
  });

  it('describes a fault without hits by its telemetry, with times from the injection', () => {
    const record = monthlyRentRecord();
    const telemetry = { signal: 'metric' as const, metric: 'cpu_ratio', labels: {}, above: 0.7 };
    const { hits: _, ...fault } = faultOf(record, { telemetry }).fault;
    const told = story({ ...record, scenario: { ...record.scenario, fault } }).join(' ');
    expect(told)
      .to.contain('was injected at 10:30:31 UTC and hits no request; it shows in cpu_ratio above 0.7.')
      .and.contain('13.3 s after the injection, the page')
      .and.contain('It resolved 24 s after the revert');
  });

  it('closes with one line in words', () => {
    expect(closing(sampleRecord())).to.equal('Held: all 9 checks of checkout-errors passed after 63.9 s.');
    expect(closing(sampleRecord('routed-elsewhere'))).to.equal(
      'Failed: 8 of 9 checks of checkout-errors failed after 63.9 s; CheckoutErrorRateHigh failed at “page received”.',
    );
    expect(closing(sampleRecord('broken'))).to.match(/^Broken after 5\.4 s: .* was not judged\.$/);
    expect(closing(sampleRecord('interrupted'))).to.match(/^Interrupted after 39\.4 s: /);
  });
});
