import type { ComponentSpec } from '../component.ts';
import { collectorArgs } from './collector.ts';
import { collectorImage } from './collector-image.ts';

/** The sidecar Collector of one service instance, in that instance's pod. */
export const sidecar = (pod: string): ComponentSpec => ({
  name: `${pod}-sidecar`,
  pod,
  program: { kind: 'binary', binary: 'otelcol' },
  config: 'collector/sidecar.yaml',
  args: collectorArgs('collector/sidecar.yaml'),
  env: {},
  image: collectorImage,
  ports: [4317, 4318, 8889, 13133],
  ready: { kind: 'http', port: 13133, path: '/' },
  limits: { cpus: 0.1, memoryMiB: 128 },
  after: [],
});
