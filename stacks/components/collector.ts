import { basename } from 'node:path';
import type { ComponentSpec } from '../component.ts';
import { collectorImage } from './collector-image.ts';

/**
 * Arguments of a Collector. One whose file does not say how it tells of itself does not: each would listen on the same
 * port, 8888 of localhost.
 */
export const collectorArgs = (config: string): string[] => [
  '--config=yaml:service::telemetry::metrics::level: none',
  `--config={config}/${basename(config)}`,
];

/** A Collector of the user that stands by itself. */
export const ownCollector = (
  name: string,
  own: Pick<ComponentSpec, 'ports' | 'ready' | 'after' | 'redirects'> & { readonly config: string },
): ComponentSpec => ({
  ...own,
  name,
  pod: name,
  program: { kind: 'binary', binary: 'otelcol' },
  args: collectorArgs(own.config),
  env: {},
  image: collectorImage,
});
