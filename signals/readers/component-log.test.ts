import { expect } from 'chai';
import { complaintIn, complaintsIn } from './component-log.ts';

const at = Date.parse('2026-03-04T10:30:15.000Z');

describe('complaints in a log', () => {
  for (const [who, line] of [
    ['Alertmanager', { time: '2026-03-04T10:30:15Z', level: 'ERROR', msg: 'm', err: 'e' }],
    ['Grafana', { t: '2026-03-04T10:30:15Z', level: 'error', logger: 'l', msg: 'm', error: 'e' }],
    ['an older Grafana', { t: '2026-03-04T10:30:15Z', lvl: 'eror', msg: 'm', err: 'e' }],
    ['a Collector', { level: 'error', ts: at / 1000, msg: 'm', error: 'e' }],
    ['another Collector', { level: 'error', ts: '2026-03-04T10:30:15Z', msg: 'm', error: 'e' }],
  ] as const) {
    it(`are read as ${who} writes them`, () => {
      const { texts, ...rest } = complaintIn(JSON.stringify(line)) ?? {};
      expect(rest).to.deep.equal({ at, level: 'error', message: 'm', error: 'e' });
      expect(texts).to.include({ msg: 'm' });
    });
  }

  it('are warnings too, and need no time', () => {
    const complaint = complaintIn('{"level":"warn","msg":"m"}');
    expect(complaint).to.include({ level: 'warn', message: 'm' });
    expect(complaint?.at).to.be.NaN;
  });

  for (const line of [
    '{"level":"info","msg":"level error"}',
    '{"msg":"no level"}',
    'error: no JSON',
    '["level","error"]',
  ]) {
    it(`are not ${line}`, () => expect(complaintIn(line)).to.equal(undefined));
  }

  it('are those since a moment; a line that was cut off has none', () => {
    const line = (second: string) =>
      `{"time":"2026-03-04T10:30:${second}Z","level":"error","msg":"${second}"}`;
    const log = [line('14'), line('15'), '{"level":"error","msg":', line('16')].join('\n');
    expect(complaintsIn(log, at).map(({ message }) => message)).to.deep.equal(['15', '16']);
  });
});
