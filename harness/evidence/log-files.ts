import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TailedFile } from '../../core/record.ts';
import type { System } from '../../core/system.ts';
import type { LokiReader } from '../../signals/readers/loki.ts';
import { logTailOf } from '../../stacks/components/log-tail.ts';
import { instanceName, logFilesOf, podsOf } from '../../stacks/system-stack.ts';

/** What tells what became of the log files of a system. */
export interface LogFileSources {
  readonly system: System | undefined;
  readonly loki: Pick<LokiReader, 'count'> | undefined;
  /** Directory of the components' logs. */
  readonly logs: string;
  /** Since when lines count, in epoch milliseconds. */
  readonly since: number;
}

/**
 * The log files that services of the system write, each with the lines of it that are in Loki.
 *
 * @throws FiredrillError `broken` if Loki does not answer.
 */
export async function tailedFiles({ system, loki, logs, since }: LogFileSources): Promise<TailedFile[]> {
  if (!system || !loki) return [];
  const found: TailedFile[] = [];
  for (const [service, given] of Object.entries(system.services)) {
    for (const [i, pod] of podsOf(service, given).entries()) {
      if (given.logs.length === 0) continue;
      const opened = openedFiles(await readFile(join(logs, `${logTailOf(pod)}.log`), 'utf8').catch(() => ''));
      const stream = `{service_name="${service}",service_instance_id="${instanceName(service, i + 1)}"}`;
      for (const [n, path] of logFilesOf(system, given, pod).entries()) {
        const pattern = patternOf(path);
        found.push({
          service,
          instance: pod,
          file: given.logs[n] ?? path,
          isThere: opened.some((one) => new RegExp(`^${pattern}$`).test(one)),
          lines: await loki.count(`${stream} | log_file_path=~${JSON.stringify(pattern)}`, since, Date.now()),
        });
      }
    }
  }
  return found;
}

/** The files that a Collector has opened, by its log. */
export const openedFiles = (log: string): string[] =>
  log
    .split('\n')
    .filter((line) => line.includes('Started watching file'))
    .flatMap((line) => /"path":\s*"((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? []);

/** A regular expression for the paths that a path with `*` and a folder of an instance stands for. */
export const patternOf = (path: string): string =>
  path
    .replace(/[.+?^$()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, (stars) => (stars.length > 1 ? '.*' : '[^/]*'))
    .replace(/^\{data:([\w-]+)\}/, '.*/$1');
