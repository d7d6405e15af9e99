import { expect } from 'chai';
import { progressLine, progressRenderer, type ToolProgress } from './progress.ts';

const sign = (changes: Partial<ToolProgress> = {}): ToolProgress => ({
  tool: 'k6',
  version: '1.8.1',
  state: 'building',
  step: 'compile k6',
  elapsedMs: 12_000,
  expectedMs: 110_000,
  message: 'go.k6.io/k6/js',
  ...changes,
});

/** A renderer over a list of what it wrote, with a clock to turn. */
function rendering(terminal: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  const clock = { ms: 0 };
  const output = { ...terminal, write: (text: string) => written.push(text) };
  return { written, clock, ...progressRenderer(output, () => clock.ms) };
}

describe('progress', () => {
  it('tells tool, step, time, expected time and detail', () => {
    expect(progressLine(sign())).to.equal(
      'k6 1.8.1: compile k6, 12.0 s of typically 110.0 s · go.k6.io/k6/js',
    );
    expect(progressLine(sign({ message: '', state: 'waiting', step: 'waiting for another' }))).to.equal(
      'k6 1.8.1: waiting for another, 12.0 s of typically 110.0 s',
    );
    expect(progressLine(sign({ state: 'ready', step: 'built' }))).to.equal('k6 1.8.1: built (12.0 s)');
  });

  it('prints plain lines for each step, and for one step every 15 s', () => {
    const { show, end, written, clock } = rendering();
    for (clock.ms = 0; clock.ms < 40_000; clock.ms += 1_000) show(sign({ elapsedMs: clock.ms }));
    show(sign({ step: 'generate k6' }));
    show(sign({ state: 'ready', step: 'built' }));
    end();
    const times = written.map((line) => /compile k6, (\S+)/.exec(line)?.[1] ?? line.slice(0, 21));
    expect(times).to.deep.equal(['0', '15.0', '30.0', 'k6 1.8.1: generate k6', 'k6 1.8.1: built (12.0']);
    for (const line of written) expect(line).to.match(/^[^\r\n]+\n$/);
  });

  it('updates one line on a terminal, cut to its width, and ends it', () => {
    const { show, end, written } = rendering({ isTTY: true, columns: 20 });
    show(sign());
    show(sign({ elapsedMs: 13_000 }));
    end();
    end();
    expect(written).to.deep.equal(['\r\u001b[2Kk6 1.8.1: compile k', '\r\u001b[2Kk6 1.8.1: compile k', '\n']);
  });

  it('leaves what is ready standing on the terminal', () => {
    const { show, end, written } = rendering({ isTTY: true, columns: 80 });
    show(sign({ state: 'ready', step: 'built' }));
    end();
    expect(written).to.deep.equal(['\r\u001b[2Kk6 1.8.1: built (12.0 s)\n']);
  });
});
