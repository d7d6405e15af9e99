import type { ImageFacts } from '../component.ts';

/** The distribution with every component that the configuration uses; smaller ones lack tail sampling. */
export const collectorImage: ImageFacts = {
  reference: 'otel/opentelemetry-collector-contrib:0.155.0',
  entrypoint: ['/otelcol-contrib'],
  user: '10001',
  config: '/etc/otelcol-contrib',
  // It stores nothing, and the official image has no writable folder.
  data: '/var/lib/otelcol-contrib',
};
