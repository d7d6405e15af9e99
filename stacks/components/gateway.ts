import type { Topology } from '../../core/scenario.ts';
import type { ComponentSpec } from '../component.ts';
import { collectorArgs } from './collector.ts';
import { collectorImage } from './collector-image.ts';

/**
 * The shared Collector. With sidecars it only samples traces, which requires all spans of a trace in one place; in
 * topology `direct` it also does the sidecars' work.
 */
export const gateway = (topology: Topology): ComponentSpec => ({
  name: 'gateway',
  pod: 'gateway',
  program: { kind: 'binary', binary: 'otelcol' },
  config: 'collector/gateway.yaml',
  args: collectorArgs('collector/gateway.yaml'),
  env: {},
  image: collectorImage,
  ports: topology === 'direct' ? [4317, 4318, 8889, 13133] : [4317, 13133],
  ready: { kind: 'http', port: 13133, path: '/' },
  after: [],
});
