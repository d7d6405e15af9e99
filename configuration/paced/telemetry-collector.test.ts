import { expect } from 'chai';
import { UsedFiles } from '../files/files.ts';
import { exportIntervals } from './export-intervals.ts';
import { collectorOf } from './telemetry-collector.ts';

const taking = (receiver: string, settings: object, ...signals: string[]) =>
  JSON.stringify({
    receivers: { [receiver]: settings },
    service: { pipelines: Object.fromEntries(signals.map((signal) => [signal, { receivers: [receiver] }])) },
  });
const otlp = (name: string, ...signals: string[]) => taking(`otlp/${name}`, {}, ...signals);
const metricsMs = (...files: [path: string, text: string][]) =>
  exportIntervals(new UsedFiles(files)).metricsMs;

describe('the Collector that takes a signal from the services', () => {
  it('is the gateway, then a sidecar, then one of the user', () => {
    const named = (...files: [path: string, text: string][]) =>
      Object.keys((collectorOf(new UsedFiles(files), 'metrics')?.receivers as object | undefined) ?? {});
    const hub = ['hub/hub.yaml', otlp('hub', 'metrics')] as [string, string];
    const sidecar = ['web-sidecar/sidecar.yaml', otlp('sidecar', 'metrics')] as [string, string];
    expect(named(hub, sidecar, ['gateway/gateway.yaml', otlp('gateway', 'metrics')])).to.deep.equal([
      'otlp/gateway',
    ]);
    expect(named(hub, sidecar, ['gateway/gateway.yaml', otlp('gateway', 'traces')])).to.deep.equal([
      'otlp/sidecar',
    ]);
    expect(named(hub)).to.deep.equal(['otlp/hub']);
    expect(named(['hub/hub.yaml', otlp('hub', 'logs')])).to.deep.equal([]);
  });
});

describe('the interval of exports', () => {
  const probe = (settings: object): [string, string] => [
    'probe/probe.yaml',
    taking('httpcheck', settings, 'metrics'),
  ];

  it('is that of a Collector which looks for itself, where no service exports', () => {
    expect(metricsMs(probe({ collection_interval: '15s' }))).to.equal(15_000);
    expect(metricsMs(probe({}))).to.equal(60_000);
    expect(metricsMs()).to.equal(0);
  });

  it('is that of the services where there are some that export', () => {
    const env: [string, string] = ['web/telemetry.env', 'OTEL_METRIC_EXPORT_INTERVAL=5000\n'];
    expect(metricsMs(probe({ collection_interval: '15s' }), env)).to.equal(5_000);
    expect(metricsMs(probe({ collection_interval: '15s' }), ['web/telemetry.env', ''])).to.equal(60_000);
  });
});
