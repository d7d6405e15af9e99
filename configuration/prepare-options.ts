import type { StackSpec } from '../stacks/component.ts';
import type { Runtime } from '../stacks/runtimes/runtime.ts';
import type { WrittenFiles } from './files/files.ts';
import type { Origins } from './paced/rewrite-addresses.ts';

export interface PrepareOptions {
  readonly stack: StackSpec;
  readonly runtime: Runtime;
  readonly files: WrittenFiles;
  /** Whether `judgeFiles` has found no problem in them. Default: no. */
  readonly judged?: boolean;
  readonly factor: number;
  /** How much older than the newest a sample may be that is written to Prometheus, in milliseconds. Absent: as written. */
  readonly outOfOrderMs?: number;
  /** As components reach them. */
  readonly origins: Origins;
  /** Behind which the vendors' hosts are. Its file is of this host. */
  readonly proxy: { readonly url: string; readonly caFile: string };
  /** To which a webhook beside each notifier leads, as components reach it. Absent: none is added. */
  readonly observer?: string;
}
