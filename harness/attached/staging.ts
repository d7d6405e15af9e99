import type { WhereOf } from '../../core/path.ts';
import type { BackEndName, StagingFile } from '../../core/staging.ts';
import type { Identity } from '../../signals/readers/http.ts';

/** A staging as a user describes it, with its secrets. */
export interface Staging extends Omit<StagingFile, 'secret'> {
  /** Absolute path of its file. */
  readonly file: string;
  readonly whereOf: WhereOf;
  /** How firedrill identifies itself to each of its components. */
  readonly identities: ReadonlyMap<BackEndName, Identity>;
  /** Every secret of the file, and texts that contain one, the longest first. */
  readonly secrets: readonly string[];
  /** The text of `prometheus.config`. Absent: Prometheus shows its configuration itself. */
  readonly prometheusConfig?: string;
  /** What `{secret}` stands for in a fault. */
  readonly secret: string;
}
