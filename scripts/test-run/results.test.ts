import { expect } from 'chai';
import { judgeChecker, judgeMocha } from './results.ts';

const results = (stats: object, failures: object[] = []) => JSON.stringify({ stats, failures });
const end = (code: number | null, signal: string | null = null) => ({ code, signal });

describe('the results of a step', () => {
  it('are those of mocha when its end matches them', () => {
    const text = results({ tests: 4, passes: 2, pending: 1, failures: 1, total: 4 }, [
      { fullTitle: 'shop sells', err: { message: 'expected 1 to equal 2\n+ expected - actual' } },
    ]);
    expect(judgeMocha(text, end(1))).to.deep.equal({
      passed: 2,
      failed: 1,
      skipped: 1,
      failures: ['shop sells: expected 1 to equal 2'],
    });
  });

  it('take 255 as the exit code of 255 and more failures', () => {
    const text = results({ tests: 300, passes: 0, pending: 0, failures: 300, total: 300 });
    expect(judgeMocha(text, end(255))).to.include({ failed: 300, skipped: 0 });
  });

  it('have one more failure when a signal ended the process, or its results are incomplete', () => {
    const text = results({ tests: 2, passes: 2, pending: 0, failures: 0, total: 2 });
    expect(judgeMocha(text, end(null, 'SIGSEGV'))).to.deep.equal({
      passed: 2,
      failed: 1,
      skipped: 0,
      failures: ['was ended by SIGSEGV after 0 failures'],
    });
    expect(judgeMocha(text.slice(0, 20), end(0))).to.include({ passed: 0, failed: 1 });
  });

  it('count a checker as one test', () => {
    expect(judgeChecker(end(0))).to.include({ passed: 1, failed: 0 });
    expect(judgeChecker(end(2))).to.deep.include({ failed: 1, failures: ['ended with exit code 2'] });
  });
});
