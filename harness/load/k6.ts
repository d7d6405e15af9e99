import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { execa } from 'execa';
import { broken, messageOf } from '../../core/errors.ts';
import { signalProcessGroup } from '../../core/process-group.ts';
import type { Scope } from '../../core/scope.ts';
import { logTailOf } from '../../stacks/runtimes/process/child.ts';
import type { LoadAccount, Sample } from './account.ts';

export interface LoadOptions {
  readonly k6: string;
  readonly script: string;
  /** Addresses of the storefront's instances, which take turns; the nth is tagged storefront-n. */
  readonly baseUrls: readonly string[];
  readonly rates: Readonly<Record<string, number>>;
  /** Longest run; k6 ends by itself after it. */
  readonly atMostMs: number;
  /** File for k6's own messages. */
  readonly log: string;
  /** File that keeps the samples, one line each: at, journey, status, durationMs, instance. */
  readonly samples: string;
  readonly env: Readonly<Record<string, string>>;
  readonly scope: Scope;
  readonly account: LoadAccount;
  /** Told when k6 ends before it was asked to. */
  readonly onLost: (error: Error) => void;
}

/** Starts the load; it goes on until `stop`, the scope's end or `atMostMs`. */
export async function startLoad(options: LoadOptions): Promise<{ stop: () => Promise<void> }> {
  const { scope, account, onLost } = options;
  const log = createWriteStream(options.log, { flags: 'a' });
  const samples = createWriteStream(options.samples);
  await Promise.all([once(log, 'open'), once(samples, 'open')]);
  let stopping = false;
  let stop = async () => {};
  scope.defer('stop load', () => stop());

  // k6's JSON lines come through our pipe: when the harness dies, k6 dies of the closed pipe.
  const rates = Object.entries(options.rates).map(([journey, rate]) => [
    `RATE_${journey.toUpperCase()}`,
    String(rate),
  ]);
  const subprocess = execa(
    options.k6,
    ['run', '--quiet', '--no-usage-report', '--address=', '--out=json', options.script],
    {
      env: {
        ...options.env,
        ...Object.fromEntries(rates),
        BASE_URLS: options.baseUrls.join(','),
        DURATION: `${Math.ceil(options.atMostMs / 1000)}s`,
        K6_NO_COLOR: 'true',
        K6_SUMMARY_MODE: 'disabled',
      },
      extendEnv: false,
      detached: true,
      cleanup: false,
      reject: false,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: log,
      buffer: false,
    },
  );
  let over = false;
  const kill = (signal: NodeJS.Signals) => {
    if (!over && subprocess.pid !== undefined) signalProcessGroup(subprocess.pid, signal);
  };
  let unread = '';
  const reading = readSamples(subprocess.iterable(), account, samples).catch((error: unknown) => {
    unread = `; its samples could not be read: ${messageOf(error)}`;
    kill('SIGKILL');
  });
  const ended = subprocess.then(async ({ exitCode, signal }) => {
    kill('SIGKILL');
    over = true;
    await reading;
    samples.end();
    log.destroy();
    if (stopping) return;
    const how = `${signal ?? `exit code ${exitCode}`}${unread}`;
    const tail = await logTailOf(options.log);
    onLost(broken('k6', `the load ended by itself (${how}):\n${tail}`, `its whole log is ${options.log}`));
  });
  stop = async () => {
    stopping = true;
    const timer = setTimeout(() => kill('SIGKILL'), 5_000);
    kill('SIGTERM');
    await ended;
    clearTimeout(timer);
  };
  return { stop };
}

async function readSamples(
  lines: AsyncIterable<string>,
  account: LoadAccount,
  samples: WriteStream,
): Promise<void> {
  for await (const line of lines) {
    const sample = parseLine(line);
    if (sample === 'dropped') account.drop();
    else if (sample) {
      account.add(sample);
      const { at, journey, status, durationMs, instance } = sample;
      samples.write(`${at.toFixed(3)},${journey},${status},${durationMs.toFixed(3)},${instance}\n`);
    }
  }
}

interface Tags {
  readonly name?: string;
  readonly status?: string;
  readonly instance?: string;
  /** Of the first requests to a service that has just started: they are no part of the load. */
  readonly cold?: string;
}

/**
 * One line of k6's JSON output; https://grafana.com/docs/k6/latest/results-output/real-time/json/
 *
 * @returns `undefined` for what is not read.
 */
export function parseLine(line: string): Sample | 'dropped' | undefined {
  // Most lines are of other metrics; parsing them would cost more than all the rest.
  const isDuration = line.startsWith('{"metric":"http_req_duration","type":"Point"');
  if (!isDuration && !line.startsWith('{"metric":"dropped_iterations","type":"Point"')) return undefined;
  if (!isDuration) return 'dropped';
  const { data } = JSON.parse(line) as {
    data: { time: string; value: number; tags: Tags };
  };
  if (data.tags.cold !== undefined) return undefined;
  return {
    at: epochMs(data.time),
    journey: data.tags.name ?? '',
    status: Number(data.tags.status ?? 0),
    durationMs: data.value,
    instance: data.tags.instance ?? '',
  };
}

/** RFC 3339 with up to nanoseconds; Date.parse alone would cut to milliseconds. */
function epochMs(text: string): number {
  const [, fraction = ''] = /\.(\d+)/.exec(text) ?? [];
  const whole = Date.parse(text.replace(/\.\d+/, ''));
  return whole + Number(`0.${fraction || '0'}`) * 1000;
}
