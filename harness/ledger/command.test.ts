import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Problems } from '../../core/problems.ts';
import { problemsOfPromise } from '../../core/testing/problems-of.ts';
import { project } from '../command/session.ts';
import { appendDrillLines } from './append-lines.ts';
import { currentLedger } from './command.ts';
import { drillLineOf } from './line-of-record.ts';
import { dependenciesOf } from './record-dependencies.ts';
import { judgedRecord } from './testing/lines.ts';
import { readTodaysFiles } from './todays-files.ts';

describe('firedrill ledger', () => {
  let folder = '';
  let lines = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ledger-'));
    lines = join(folder, 'lines.jsonl');
    const problems = new Problems();
    const todays = await readTodaysFiles(undefined, undefined, project, problems);
    const metrics = todays.find(
      ({ placement }) => placement.stack === 'metrics' && placement.with.length === 0,
    );
    if (!metrics) throw new Error('the shop has no metrics stack');
    const record = judgedRecord();
    const dependencies = dependenciesOf(record, metrics.files, metrics.secrets);
    const stack = { ...record.stack, name: 'metrics', system: 'shop' };
    await appendDrillLines(lines, [drillLineOf({ ...record, stack, dependencies })]);
  });
  after(() => rm(folder, { recursive: true }));

  const overlaid = async (rules: string) => {
    const overlay = join(folder, 'mine');
    await mkdir(join(overlay, 'prometheus', 'rules'), { recursive: true });
    await writeFile(join(overlay, 'prometheus', 'rules', 'checkout.yml'), rules);
    return await currentLedger({ files: [lines], overlay });
  };
  const rules = (threshold: string) => `
groups:
  - name: checkout
    rules:
      - alert: CheckoutErrorRateHigh
        expr: sum(rate(otel_app_checkout_errors_total[1m])) > ${threshold}
        labels: { severity: critical, team: payments }
`;

  it('knows every rule of the shop, and what drills have proven', async () => {
    const { system, alerts, drills } = await currentLedger({ files: [lines] });
    expect([system, drills]).to.deep.equal(['shop', 1]);
    expect(alerts.map(({ alert }) => alert)).to.include.members([
      'Bug Report',
      'HighErrorRate',
      'DatabaseDown',
    ]);
    const known = alerts.filter(({ state }) => state !== 'never drilled');
    expect(known.map(({ alert, state }) => [alert, state])).to.deep.equal([
      ['CheckoutErrorRateHigh', 'proven'],
    ]);
  });

  it('holds a rule of the user for stale if the drill was of another one', async () => {
    const { alerts } = await overlaid(rules('5'));
    const found = alerts.find(({ where }) => where.includes('mine/prometheus/rules/checkout.yml'));
    expect(found).to.include({ alert: 'CheckoutErrorRateHigh', state: 'stale' });
    expect(found?.drill?.changed).to.deep.equal(['rule']);
  });

  it('is refused with every file that cannot be used', async () => {
    const asked = { files: [join(folder, 'none.jsonl')] };
    const problems = await problemsOfPromise(currentLedger(asked));
    expect(problems.map(({ where }) => where)).to.deep.equal([join(folder, 'none.jsonl')]);
    const overlay = await problemsOfPromise(currentLedger({ overlay: join(folder, 'nowhere') }));
    expect(overlay).to.have.length(1);
  });
});
