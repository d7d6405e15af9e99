import { expect } from 'chai';
import { type RecordingRule, recordingsOf, withoutRecordings } from './recordings.ts';

const ofJob = (job: string, window: string): RecordingRule => ({
  ...{ file: `${job}.yml`, group: job, index: 0, evaluationMs: 15_000, queryOffsetMs: 0 },
  record: 'job:requests:rate',
  expr: `rate(requests_total{job="${job}"}[${window}])`,
  labels: { job },
});

const written = (expr: string, rules: readonly RecordingRule[]) =>
  withoutRecordings(expr, undefined, recordingsOf(rules)).expr;

describe('recording rules of one name', () => {
  it('are told apart by their labels', () => {
    const rules = [ofJob('web', '5m'), ofJob('pay', '1h')];
    expect(written('job:requests:rate{job="web"} > 1', rules)).to.equal(
      '(rate(requests_total{job="web"}[5m])) > 1',
    );
  });

  it('are represented by the one with the longest window if it is not known which one is meant', () => {
    const rules = [ofJob('web', '5m'), ofJob('pay', '1h'), ofJob('mail', '10m')];
    expect(written('job:requests:rate > 1', rules)).to.equal(
      '(stddev(rate(requests_total{job="pay"}[1h]))) > 1',
    );
  });

  it('are read once each, however many rules read what they record', () => {
    let reads = 0;
    const jobs = Array.from({ length: 50 }, (_, i) => `job-${i}`);
    const recorded = recordingsOf(
      jobs.map((job) => {
        const { expr, ...rule } = ofJob(job, '5m');
        return {
          ...rule,
          get expr() {
            reads += 1;
            return expr;
          },
        };
      }),
    );
    const once = reads;
    for (const job of jobs) withoutRecordings(`job:requests:rate{job="${job}"} > 1`, undefined, recorded);
    // A few reads of the one that is meant.
    expect(reads - once).to.be.at.most(5 * jobs.length);
  });
});
