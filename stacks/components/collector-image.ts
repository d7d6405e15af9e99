import type { ImageFacts } from '../component.ts';

/** The distribution that has every component that our configuration names; the smaller ones lack tail sampling. */
export const collectorImage: ImageFacts = {
  reference: 'otel/opentelemetry-collector-contrib:0.155.0',
  entrypoint: ['/otelcol-contrib'],
  user: '10001',
  config: '/etc/otelcol-contrib',
  // It keeps nothing: the official image has no folder that it may write to.
  data: '/var/lib/otelcol-contrib',
};
