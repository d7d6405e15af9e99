import { expect } from 'chai';
import { contactPointErrorsIn } from './grafana-log.ts';

const since = Date.parse('2026-03-04T10:30:00Z');
const error =
  'template: firedrill:13:45: executing "x" at <.Team.Name>: can\'t evaluate field Team in type T';
const entry = (changes: object = {}) => ({
  error,
  level: 'warn',
  logger: 'ngalert.notifier.telegram',
  msg: 'failed to template Telegram message',
  t: '2026-03-04T10:30:15.352191287Z',
  ...changes,
});
const complaints = (...entries: (object | string)[]) =>
  contactPointErrorsIn(
    entries.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n'),
    since,
  );

describe("Grafana's log", () => {
  it('shows each error of a contact point once', () => {
    expect(complaints(entry(), entry({ t: '2026-03-04T10:31:15Z' }))).to.deep.equal([
      `Grafana, telegram: failed to template Telegram message: ${error}`,
    ]);
  });

  it('is also read in the format of other releases', () => {
    const { error: _, level: __, ...rest } = entry();
    const others = [
      entry({ logger: 'ngalert.notifier', integration: 'slack[0]', msg: 'a' }),
      { ...rest, lvl: 'eror', err: 'b' },
    ];
    expect(complaints(...others)).to.deep.equal([
      `Grafana, slack[0]: a: ${error}`,
      'Grafana, telegram: failed to template Telegram message: b',
    ]);
  });

  it('shows nothing else', () => {
    const { error: _, ...without } = entry();
    const others = [
      entry({ t: '2026-03-04T10:29:59Z' }),
      entry({ level: 'info' }),
      entry({ logger: 'ngalert.scheduler', msg: 'ngalert.notifier' }),
      without,
      'panic: ngalert.notifier',
      '["ngalert.notifier"]',
    ];
    expect(complaints(...others)).to.deep.equal([]);
  });
});
