import { expect } from 'chai';
import type { AlertEvidence, Evidence } from '../../core/record.ts';
import { autopsyWithoutPage, type Row, testRows } from '../testing/autopsy.ts';
import { scenarioWith } from '../testing/basics.ts';
import { evidenceOf, hopsUntil, notifierAlert } from '../testing/evidence.ts';

type Reconfigured = NonNullable<Evidence['reconfigured']>;

const route = { path: ['{}'], groupWaitMs: 1_000, groupIntervalMs: 1_000, groupBy: [] };
const toSlack = { ...route, receiver: 'slack' };
const contactPoints = [
  { name: 'slack', kinds: ['slack'] },
  { name: 'nobody', kinds: [] },
];

/** @param receivers to which Alertmanager sends the alert. */
const autopsyOf = (
  receivers: string[],
  changes: Partial<Reconfigured> | undefined,
  alert: Partial<AlertEvidence> = {},
) =>
  autopsyWithoutPage(
    evidenceOf({
      hops: hopsUntil('notifier sent'),
      ...{ route: toSlack, contactPoints, alertmanager: [notifierAlert({ receivers })] },
      ...alert,
    }),
    {
      evidence: changes
        ? { reconfigured: { files: ['alertmanager/alertmanager.yml'], gone: [], copiesGone: [], ...changes } }
        : {},
    },
  );
const anew = 'Alertmanager was configured anew while the drill ran';
const slackGone = { gone: [{ manager: 'prometheus' as const, receiver: 'slack' }] };

const [page] = scenarioWith().expectations;
const copied = (copiesGone: string[], receivers = ['team']) =>
  autopsyWithoutPage(
    evidenceOf({
      hops: hopsUntil('notifier sent'),
      manager: 'grafana',
      contactPoints: [
        { name: 'team', kinds: ['webhook', 'email'] },
        { name: 'others', kinds: ['webhook'] },
      ],
      alertmanager: [notifierAlert({ receivers })],
    }),
    {
      scenario: scenarioWith({
        expectations: [{ ...page, receiver: 'webhook', contactPoint: 'team' } as NonNullable<typeof page>],
      }),
      evidence: { reconfigured: { files: [], gone: [], copiesGone } },
    },
  );

const rows: Row[] = [
  [anew, 'page received', autopsyOf(['nobody'], slackGone), 'slack was in its configuration', 'to nobody'],
  [anew, 'page received', autopsyOf(['nobody'], {}), 'the alert led to slack', 'alertmanager.yml'],
  // As it was when the drill began.
  [
    'the alert was routed to a receiver without any notifier',
    'page received',
    autopsyOf(['nobody'], {}, { route: { ...route, receiver: 'nobody' } }),
    'nobody',
  ],
  [
    'the copy of the pages was removed while the drill ran',
    'page received',
    copied(['team']),
    'contact point team',
  ],
];

describe('autopsy of an alert of a staging that was configured anew', () => {
  testRows(rows);

  it('names another cause where the change has nothing to do with it', () => {
    const found = [
      autopsyOf(['slack'], { files: ['prometheus/prometheus.yml'] }),
      autopsyOf(['slack'], { gone: [{ manager: 'prometheus', receiver: 'others' }] }),
      autopsyOf(['slack'], { gone: [{ manager: 'grafana', receiver: 'slack' }] }),
      copied([]),
      copied(['others']),
      copied(['team'], ['others']),
    ];
    expect(found.map((one) => /anew|copy/.test(one?.cause ?? ''))).to.deep.equal(found.map(() => false));
  });
});
