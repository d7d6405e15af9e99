import { expect } from 'chai';
import type { AlertGroup, HeldAlert } from './alertmanager.ts';
import { addPoll, type WatchedAlert, watchAlerts } from './watch-alerts.ts';

const held = (more: Partial<HeldAlert> = {}, status: Partial<HeldAlert['status']> = {}): HeldAlert => ({
  fingerprint: 'f1',
  labels: { alertname: 'A' },
  annotations: {},
  startsAt: 1000,
  endsAt: 9000,
  updatedAt: 1100,
  receivers: ['slack'],
  ...more,
  status: { state: 'unprocessed', inhibitedBy: [], silencedBy: [], mutedBy: [], ...status },
});
const groupOf = (alert: HeldAlert): AlertGroup => ({ labels: {}, receiver: 'slack', alerts: [alert] });

describe('watch of alerts', () => {
  it('keeps what was first seen and shows the latest state', () => {
    const first = addPoll(new Map(), [held()], [], 1200);
    const second = addPoll(first, [held({ updatedAt: 5000 }, { state: 'active' })], [], 1700);
    expect([...second.values()]).to.deep.equal([
      {
        fingerprint: 'f1',
        labels: { alertname: 'A' },
        firstSeenAt: 1200,
        receivedAt: 1100,
        startsAt: 1000,
        receivers: ['slack'],
        state: 'active',
        inhibitedBy: [],
        silencedBy: [],
        mutedBy: [],
        suppressed: [],
      },
    ]);
  });

  it('keeps what suppressed an alert after it no longer does, and takes muting from the groups', () => {
    const muted = held({}, { mutedBy: ['nights'] });
    const first = addPoll(
      new Map(),
      [held({}, { state: 'suppressed', inhibitedBy: ['f9'] })],
      [groupOf(muted)],
      1,
    );
    const second = addPoll(first, [held({}, { state: 'active', silencedBy: ['s1'] })], [], 2);
    const [alert] = [...second.values()];
    expect(alert).to.include({ state: 'active' });
    expect(alert?.inhibitedBy).to.deep.equal(['f9']);
    expect(alert?.silencedBy).to.deep.equal(['s1']);
    expect(alert?.mutedBy).to.deep.equal(['nights']);
  });

  it('keeps from when to when each of them suppressed it, and of muting also from whom', () => {
    const free = held({}, { state: 'active' });
    const silenced = held({}, { state: 'suppressed', silencedBy: ['s1'] });
    const muted = groupOf(held({}, { mutedBy: ['nights'] }));
    const looks: [HeldAlert[], AlertGroup[]][] = [
      [[silenced], []],
      [[silenced], [muted]],
      [[free], [muted]],
      [[silenced], []],
      [[], []],
      [[], []],
    ];
    const [alert] = looks
      .reduce(
        (known, [alerts, groups], i) => addPoll(known, alerts, groups, i + 1),
        new Map<string, WatchedAlert>(),
      )
      .values();
    expect(alert?.suppressed).to.deep.equal([
      { kind: 'silenced', by: 's1', from: 1, to: 2, endedAt: 3 },
      { kind: 'muted', by: 'nights', contactPoint: 'slack', from: 2, to: 3, endedAt: 4 },
      { kind: 'silenced', by: 's1', from: 4, to: 4, endedAt: 5 },
    ]);
  });

  it('records once when an alert is gone, and treats it as new when it fires again', () => {
    const gone = addPoll(addPoll(addPoll(new Map(), [held()], [], 1), [], [], 2), [], [], 3);
    expect([...gone.values()].map((a) => a.goneAt)).to.deep.equal([2]);
    const again = addPoll(gone, [held({ startsAt: 4000 })], [], 4);
    expect([...again.values()].map((a) => [a.startsAt, a.goneAt])).to.deep.equal([
      [1000, 2],
      [4000, undefined],
    ]);
  });

  it('survives a failed look and ends with the signal', async () => {
    const controller = new AbortController();
    let looks = 0;
    const alerts = async () => {
      looks += 1;
      if (looks === 1) throw new Error('connection refused');
      controller.abort();
      return [held()];
    };
    const watch = watchAlerts({ alerts, groups: async () => [] }, { everyMs: 1, signal: controller.signal });
    await watch.done;
    expect(looks).to.equal(2);
    expect(watch.lastProblem()).to.equal('connection refused');
    expect(watch.alerts()).to.have.lengthOf(1);
  });
});
