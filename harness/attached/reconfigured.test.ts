import { expect } from 'chai';
import { stringify } from 'yaml';
import { reconfigured } from './reconfigured.ts';
import type { RunningConfiguration } from './running-files.ts';

const webhook = { url: 'http://127.0.0.1/' };
const alertmanager = (...names: readonly string[]) =>
  stringify({
    route: { receiver: names[0] },
    receivers: [...names.map((name) => ({ name, webhook_configs: [webhook] })), { name: 'nobody' }],
  });
const point = (uid: string, name = 'team') => ({ uid, name, type: 'webhook', settings: webhook });
const copies = [{ uid: 'own', contactPoint: 'team' }];
const configuration = (
  more: Partial<RunningConfiguration> = {},
  contactPoints: readonly object[] = [point('theirs')],
): RunningConfiguration => ({
  ...{ groups: [], prometheus: 'global: {}\n', alertmanager: alertmanager('team', 'all') },
  grafana: {
    ...{ rules: [], policy: { receiver: 'team' }, muteTimings: [], templates: [], dataSources: [] },
    contactPoints,
  },
  ...more,
});
const before = configuration();
const withCopy = [point('theirs'), point('own')];

describe('a staging that is configured anew while a drill runs', () => {
  it('is the same apart from the copies of the drill', () => {
    expect(reconfigured(before, configuration({}, withCopy), copies)).to.equal(undefined);
    expect(reconfigured(before, before, [])).to.equal(undefined);
  });

  it('has another file, and lacks a receiver', () => {
    const now = configuration({ alertmanager: alertmanager('all') }, withCopy);
    expect(reconfigured(before, now, copies)).to.deep.equal({
      files: ['alertmanager/alertmanager.yml'],
      gone: [{ manager: 'prometheus', receiver: 'team' }],
      copiesGone: [],
    });
  });

  it('lacks a copy, or its whole contact point', () => {
    expect(reconfigured(before, before, copies)).to.deep.equal({ files: [], gone: [], copiesGone: ['team'] });
    expect(reconfigured(before, configuration({}, [point('theirs', 'all')]), copies)).to.deep.include({
      gone: [{ manager: 'grafana', receiver: 'team' }],
      copiesGone: ['team'],
    });
  });
});
