import { expect } from 'chai';
import { scenarioWith } from '../../assertions/testing/basics.ts';
import { evidenceOf, notifierAlert } from '../../assertions/testing/evidence.ts';
import type { TakenRoute } from '../../configuration/routes/route.ts';
import { expectedPages } from '../../core/expected-alerts.ts';
import type { GrafanaReader } from '../../signals/readers/grafana.ts';
import { withMuting } from './muting.ts';

const [expectation] = expectedPages(scenarioWith().expectations);
const route = (receiver: string, ...mutedAt: string[]): TakenRoute => ({
  receiver,
  path: ['{}'],
  groupWaitMs: 667,
  groupIntervalMs: 4_000,
  groupBy: [],
  mutedAt,
  activeAt: [],
});
const contactPoints = [
  { name: 'on call', kinds: ['slack'] },
  { name: 'audit', kinds: ['webhook'] },
];
const timings: GrafanaReader['muteTimings'] = async () => [
  { name: 'always', intervals: [{}] },
  { name: 'long ago', intervals: [{ years: ['1999'] }] },
];
const grafana = { muteTimings: timings };

async function mutedBy(manager: 'grafana' | 'prometheus', ...routes: TakenRoute[]): Promise<string[]> {
  if (!expectation) throw new Error('no expectation');
  const found = evidenceOf({ manager, contactPoints, alertmanager: [notifierAlert()] });
  const alertmanager = await withMuting(grafana, found, expectation, routes);
  return alertmanager.flatMap((one) => one.mutedBy);
}

describe("the mute timings of Grafana's alerts", () => {
  it('are those of the route to the receiver', async () => {
    expect(await mutedBy('grafana', route('on call', 'long ago', 'always'))).to.deep.equal(['always']);
    expect(await mutedBy('grafana', route('audit'), route('on call', 'always'))).to.deep.equal(['always']);
  });

  it('are those of the route to the expected contact point, if another contact point leads to the receiver too', async () => {
    if (!expectation) throw new Error('no page is expected');
    const second = { name: 'second', kinds: ['slack'] };
    const found = evidenceOf({
      manager: 'grafana',
      contactPoints: [...contactPoints, second],
      alertmanager: [notifierAlert()],
    });
    const routes = [route('on call', 'always'), route('second')];
    const muted = async (contactPoint: string) =>
      (await withMuting(grafana, found, { ...expectation, contactPoint }, routes)).map((one) => one.mutedBy);
    expect(await muted('on call')).to.deep.equal([['always']]);
    expect(await muted('second')).to.deep.equal([[]]);
  });

  it('are none while one route to the receiver is not muted', async () => {
    expect(await mutedBy('grafana', route('on call', 'long ago'))).to.deep.equal([]);
    expect(await mutedBy('grafana', route('on call'))).to.deep.equal([]);
    expect(await mutedBy('grafana', route('on call', 'always'), route('on call'))).to.deep.equal([]);
    expect(await mutedBy('grafana', route('audit', 'always'), route('on call'))).to.deep.equal([]);
  });

  it('are none for an alert of Prometheus, or on a route to another receiver', async () => {
    expect(await mutedBy('prometheus', route('on call', 'always'))).to.deep.equal([]);
    expect(await mutedBy('grafana', route('audit', 'always'))).to.deep.equal([]);
  });
});
