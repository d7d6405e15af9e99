import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { broken, messageOf } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { logTailOf } from '../../stacks/runtimes/process/child.ts';
import type { K6 } from './k6-program.ts';
import type { LoadStatistics, RequestSample } from './load-statistics.ts';

export interface LoadOptions {
  readonly k6: K6;
  /** Path of the k6 script. */
  readonly script: string;
  /** Environment of the script that tells it where to send requests. */
  readonly targets: Readonly<Record<string, string>>;
  /** Of a script of the user: the tag with the names of journeys. Requests with another name are not counted. */
  readonly journeyTag?: string;
  /** Requests per second by journey. */
  readonly rates: Readonly<Record<string, number>>;
  /** The longest run in milliseconds. k6 ends by itself after it. */
  readonly atMostMs: number;
  /** Path of the file for k6's own messages. */
  readonly log: string;
  /** Path of a CSV file with one line per sample: at, journey, status, durationMs, instance. */
  readonly samples: string;
  /** The services have had requests already: none are sent before the load. */
  readonly warm?: boolean;
  readonly scope: Scope;
  readonly statistics: LoadStatistics;
  /** Called when k6 ends before it was stopped. */
  readonly onLost: (error: Error) => void;
}

/** A running k6. */
export interface RunningLoad {
  /** Resolves at its first sample; never if it ends before. */
  readonly began: Promise<void>;
  /** Resolves when no more requests are sent, and every sample is read and written. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the load. It runs until `stop` is called, the scope is closed or `atMostMs` has passed. It appends to the files of
 * samples and messages.
 */
export async function startLoad(options: LoadOptions): Promise<RunningLoad> {
  const { scope, statistics, onLost, warm = false } = options;
  const log = createWriteStream(options.log, { flags: 'a' });
  const samples = createWriteStream(options.samples, { flags: 'a' });
  const { promise: began, resolve: begin } = Promise.withResolvers<void>();
  await Promise.all([once(log, 'open'), once(samples, 'open')]);
  // A full disk must not break the drill: no verdict depends on these files.
  for (const file of [log, samples]) file.on('error', () => {});
  let stopping = false;
  let stop = async () => {};
  scope.defer('stop load', () => stop());

  const rates = Object.entries(options.rates).map(([journey, rate]) => [
    `RATE_${journey.toUpperCase()}`,
    String(rate),
  ]);
  const { k6 } = options;
  const process = await k6.run(
    [
      ...['--quiet', '--no-usage-report', '--address=', '--out=json'],
      ...(options.journeyTag === undefined ? [] : k6.forbidden.map((net) => `--blacklist-ip=${net}`)),
    ],
    options.script,
    {
      ...Object.fromEntries(rates),
      ...(warm ? { WARM: 'true' } : {}),
      ...options.targets,
      DURATION: `${Math.ceil(options.atMostMs / 1000)}s`,
      K6_NO_COLOR: 'true',
      K6_SUMMARY_MODE: 'disabled',
    },
    log,
  );
  let readProblem = '';
  const { journeyTag, rates: wanted } = options;
  const journeyOf = (tags: Tags): string | undefined => {
    if (journeyTag === undefined) return tags.name ?? '';
    const journey = tags[journeyTag];
    return journey !== undefined && journey in wanted ? journey : undefined;
  };
  const reading = readSamples(process.lines, statistics, samples, begin, journeyOf).catch(
    (error: unknown) => {
      readProblem = `; its samples could not be read: ${messageOf(error)}`;
      process.kill('SIGKILL');
    },
  );
  const ended = process.ended.then(async (ending) => {
    await reading;
    samples.end();
    log.end();
    await Promise.allSettled([finished(samples), finished(log)]);
    if (stopping) return;
    const how = `${ending}${readProblem}`;
    const tail = await logTailOf(options.log);
    onLost(broken('k6', `the load ended by itself (${how}):\n${tail}`, `its whole log is ${options.log}`));
  });
  stop = async () => {
    stopping = true;
    const timer = setTimeout(() => process.kill('SIGKILL'), 5_000);
    process.kill('SIGTERM');
    await ended;
    clearTimeout(timer);
  };
  return { began, stop };
}

async function readSamples(
  lines: AsyncIterable<string>,
  statistics: LoadStatistics,
  samples: WriteStream,
  begin: () => void,
  journeyOf: (tags: Tags) => string | undefined,
): Promise<void> {
  for await (const line of lines) {
    const sample = parseK6Line(line, journeyOf);
    if (sample === 'dropped') statistics.drop();
    else if (sample) {
      begin();
      statistics.add(sample);
      const { at, journey, status, durationMs, instance } = sample;
      samples.write(`${at.toFixed(3)},${journey},${status},${durationMs.toFixed(3)},${instance}\n`);
    }
  }
}

/** Tags of a sample, among them `name`, `status` and `instance`. `cold` marks first requests, which are not part of the load. */
export type Tags = Readonly<Record<string, string | undefined>>;

/**
 * Parses a line of k6's JSON output; https://grafana.com/docs/k6/latest/results-output/real-time/json/
 *
 * @param journeyOf the journey of a request, by its tags; `undefined` for one that is not counted.
 * @returns a sample, `dropped` for a dropped iteration, or `undefined` for any other metric.
 */
export function parseK6Line(
  line: string,
  journeyOf: (tags: Tags) => string | undefined = ({ name = '' }) => name,
): RequestSample | 'dropped' | undefined {
  // Most lines belong to other metrics. Parsing them would cost more than everything else.
  const isDuration = line.startsWith('{"metric":"http_req_duration","type":"Point"');
  if (!isDuration && !line.startsWith('{"metric":"dropped_iterations","type":"Point"')) return undefined;
  if (!isDuration) return 'dropped';
  const { data } = JSON.parse(line) as {
    data: { time: string; value: number; tags: Tags };
  };
  const journey = journeyOf(data.tags);
  if (data.tags.cold !== undefined || journey === undefined) return undefined;
  return {
    at: epochMs(data.time),
    journey,
    status: Number(data.tags.status ?? 0),
    durationMs: data.value,
    instance: data.tags.instance ?? '',
  };
}

/** Parses an RFC 3339 time with up to nanoseconds into epoch milliseconds. `Date.parse` alone drops the nanoseconds. */
function epochMs(text: string): number {
  const [, fraction = ''] = /\.(\d+)/.exec(text) ?? [];
  const whole = Date.parse(text.replace(/\.\d+/, ''));
  return whole + Number(`0.${fraction || '0'}`) * 1000;
}
