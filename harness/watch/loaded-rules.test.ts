import { expect } from 'chai';
import type { GrafanaRule } from '../../signals/readers/grafana.ts';
import { fromGrafana } from './loaded-rules.ts';

describe('a rule of Grafana', () => {
  const rule = (changes: Partial<GrafanaRule>): GrafanaRule => ({
    ...{ name: 'Slow', folder: 'shop', group: 'g', intervalMs: 10_000, forMs: 0, query: 'q' },
    ...{ labels: {}, annotations: {}, health: 'ok', lastError: '', alerts: [] },
    ...changes,
  });
  const hidden = rule({ alerts: [{ labels: {}, state: 'Normal', reason: 'Error' }] });
  const still = { stops: [] };

  it('has failed by its health, or by an error that it hides', () => {
    const failing = fromGrafana(rule({ health: 'error', lastError: 'no such host' }), still);
    expect(failing).to.include({ failed: true, lastError: 'no such host' });
    expect(fromGrafana(hidden, still)).to.include({
      failed: true,
      lastError: 'Grafana hides the error: execErrState is OK',
    });
  });

  it('has not failed without data, nor if it hides that the fault has stopped what it asks', () => {
    const noData = rule({ alerts: [{ labels: {}, state: 'Normal', reason: 'NoData' }] });
    expect(fromGrafana(noData, still).failed).to.equal(false);
    expect(fromGrafana(hidden, { stops: ['loki'] }).failed).to.equal(false);
  });
});
