import type { Labels } from '../../core/labels.ts';
import { httpReader } from '../readers/http.ts';
import type { Sample } from '../readers/series.ts';
import { snappyLiterals } from './snappy.ts';
import { varint } from './varint.ts';

/*
 * Prometheus' remote write, version 1.0: https://prometheus.io/docs/specs/remote_write_spec/
 */

/** Samples of one series at equal distances, whose values are on a straight line. */
export interface SampledLine {
  /** With `__name__`. */
  readonly labels: Labels;
  /** Time of the first sample, in epoch milliseconds. */
  readonly firstAt: number;
  /** Distance of the samples in milliseconds. */
  readonly everyMs: number;
  /** Number of samples. */
  readonly count: number;
  readonly firstValue: number;
  readonly perMs: number;
}

/** The nth sample of a line, counted from 0. */
export const sampleOf = ({ firstAt, everyMs, firstValue, perMs }: SampledLine, nth: number): Sample => [
  firstAt + nth * everyMs,
  firstValue + nth * everyMs * perMs,
];

/** Largest number of samples in a request; they take about 18 bytes each. */
const maxSamples = 20_000;

/** A part of a line: samples from `from` up to but without `to`, counted from 0. */
interface Part {
  readonly line: SampledLine;
  readonly from: number;
  readonly to: number;
}

/** Splits lines into requests of at most `most` samples. A line may be split too. */
export function* requestsOf(lines: readonly SampledLine[], most = maxSamples): Generator<Part[]> {
  let parts: Part[] = [];
  let room = most;
  for (const line of lines) {
    for (let from = 0; from < line.count; ) {
      const to = Math.min(line.count, from + room);
      parts.push({ line, from, to });
      room -= to - from;
      from = to;
      if (room > 0) continue;
      yield parts;
      [parts, room] = [[], most];
    }
  }
  if (parts.length > 0) yield parts;
}

/**
 * A `WriteRequest` in Protocol Buffers. Fields: WriteRequest.timeseries 1; TimeSeries.labels 1, samples 2; Label.name 1,
 * value 2; Sample.value 1 (double), timestamp 2 (int64, milliseconds). Labels are sorted by name, as the specification
 * demands.
 */
export const encodeRequest = (parts: readonly Part[]): Buffer =>
  Buffer.concat(parts.map((part) => delimited(1, encodePart(part))));

function encodePart({ line, from, to }: Part): Buffer {
  const labels = Object.entries(line.labels).sort(([a], [b]) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return Buffer.concat([
    ...labels.map(([name, value]) =>
      delimited(1, Buffer.concat([delimited(1, Buffer.from(name)), delimited(2, Buffer.from(value))])),
    ),
    ...Array.from({ length: to - from }, (_, i) => delimited(2, encodeSample(sampleOf(line, from + i)))),
  ]);
}

function encodeSample([at, value]: Sample): Buffer {
  const double = Buffer.alloc(8);
  double.writeDoubleLE(value);
  return Buffer.concat([
    varint(tag(1, wireTypes.double)),
    double,
    varint(tag(2, wireTypes.varint)),
    varint(at),
  ]);
}

/** https://protobuf.dev/programming-guides/encoding/#structure */
const wireTypes = { varint: 0, double: 1, delimited: 2 } as const;
const tag = (field: number, type: number) => field * 8 + type;

const delimited = (field: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([varint(tag(field, wireTypes.delimited)), varint(bytes.length), bytes]);

export type RemoteWriter = ReturnType<typeof remoteWriter>;

/**
 * Writes to a Prometheus that was started with `--web.enable-remote-write-receiver`.
 *
 * @param signal aborts every request.
 */
export function remoteWriter(baseUrl: string, signal: AbortSignal) {
  const http = httpReader('prometheus', baseUrl, signal);
  return {
    /** @throws FiredrillError `broken` with Prometheus' answer if it refuses samples. Some may have been stored then. */
    async write(lines: readonly SampledLine[]): Promise<void> {
      for (const parts of requestsOf(lines)) {
        await http.postBytes('/api/v1/write', snappyLiterals(encodeRequest(parts)), {
          'content-type': 'application/x-protobuf',
          'content-encoding': 'snappy',
          'x-prometheus-remote-write-version': '0.1.0',
        });
      }
    },
  };
}
