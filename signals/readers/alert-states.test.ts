import { expect } from 'chai';
import { activationsOf, endOfStretch, statesOf } from './alert-states.ts';
import type { Sample, Series } from './series.ts';

const t0 = 1_700_000_000_000;
const every = (stepMs: number, from: number, to: number, value = 1): Sample[] =>
  Array.from({ length: (to - from) / stepMs + 1 }, (_, i) => [t0 + from + i * stepMs, value]);
const alerts = (alertstate: string, samples: Sample[], more = {}): Series => ({
  labels: { __name__: 'ALERTS', alertname: 'A', alertstate, ...more },
  samples,
});

describe('alert states', () => {
  it('keeps a stretch over one skipped evaluation and ends it at a longer gap', () => {
    const samples = [...every(1000, 0, 2000), ...every(1000, 4000, 5000), ...every(1000, 8000, 9000)];
    const { firing, pending } = statesOf([alerts('firing', samples)], 1000);
    expect(pending).to.deep.equal([]);
    expect(firing).to.deep.equal([
      { labels: { alertname: 'A' }, from: t0, to: t0 + 5000 },
      { labels: { alertname: 'A' }, from: t0 + 8000, to: t0 + 9000 },
    ]);
  });

  it('keeps alerts and states apart, earliest first', () => {
    const { firing, pending } = statesOf(
      [
        alerts('pending', every(1000, 3000, 4000), { instance: 'b' }),
        alerts('pending', every(1000, 0, 1000), { instance: 'a' }),
        alerts('firing', every(1000, 2000, 2000), { instance: 'a' }),
      ],
      1000,
    );
    expect(pending.map(({ labels, from }) => [labels.instance, from - t0])).to.deep.equal([
      ['a', 0],
      ['b', 3000],
    ]);
    expect(firing.map(({ labels }) => labels)).to.deep.equal([{ alertname: 'A', instance: 'a' }]);
  });

  it('takes the time of activation from the first sample that carries it', () => {
    const seconds = t0 / 1000;
    const samples = [...every(1000, 250, 3250, seconds), ...every(1000, 9250, 10_250, seconds + 9)];
    const labels = { __name__: 'ALERTS_FOR_STATE', alertname: 'A' };
    expect(activationsOf([{ labels, samples }])).to.deep.equal([
      { labels: { alertname: 'A' }, at: t0 + 250 },
      { labels: { alertname: 'A' }, at: t0 + 9250 },
    ]);
  });

  it('takes the value for an alert restored after a restart', () => {
    const samples = every(1000, 5250, 6250, t0 / 1000);
    expect(activationsOf([{ labels: {}, samples }])).to.deep.equal([{ labels: {}, at: t0 }]);
  });

  it('finds the evaluation that ended an interval, and none if it has not ended', () => {
    const state = { labels: { alertname: 'A' }, from: t0, to: t0 + 1000 };
    const fine = [alerts('firing', every(10, 1000, 1990))];
    expect(endOfStretch(state, fine, 10, t0 + 3500)?.at).to.equal(t0 + 2000);
    expect(endOfStretch(state, [alerts('firing', every(10, 1000, 3500))], 10, t0 + 3500)).to.equal(undefined);
    expect(endOfStretch(state, [], 10, t0 + 1005)).to.equal(undefined);
  });
});
