import type { ComponentSpec, SharedFolder } from '../component.ts';
import { collectorArgs } from './collector.ts';
import { collectorImage } from './collector-image.ts';

const config = 'collector/log-files.yaml';

/** An instance of a service, and the log files that it writes. */
export interface Tailed {
  readonly service: string;
  readonly pod: string;
  /** The instance in telemetry, e.g. `web-1`. */
  readonly instance: string;
  /** As the instance knows them. */
  readonly files: readonly string[];
  /** The folders of the files, if the instance runs in a container. */
  readonly shared: readonly SharedFolder[];
}

/** The Collector that tails the log files of one service instance and sends their lines to Loki. */
export const logTail = ({ service, pod, instance, files, shared }: Tailed): ComponentSpec => ({
  name: logTailOf(pod),
  pod,
  program: { kind: 'binary', binary: 'otelcol' },
  config,
  args: collectorArgs(config),
  env: {
    FIREDRILL_LOG_FILES: JSON.stringify(files),
    FIREDRILL_SERVICE: service,
    FIREDRILL_INSTANCE: instance,
  },
  image: collectorImage,
  // Services keep their log files from others.
  isRoot: shared.length > 0,
  shared: shared.map((folder) => ({ ...folder, isReadOnly: true })),
  ports: [13134],
  ready: { kind: 'http', port: 13134, path: '/' },
  limits: { cpus: 0.1, memoryMiB: 128 },
  after: [],
});

/** The name of the Collector that tails the log files of a pod. */
export const logTailOf = (pod: string): string => `${pod}-logs`;
