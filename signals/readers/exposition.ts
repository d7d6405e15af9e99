import { broken } from '../../core/errors.ts';
import type { HttpReader } from './http.ts';

/** One sample line of an exposition. */
export interface ExposedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Requests the text format: by default, newer exporters may respond in OpenMetrics or protobuf. */
const accept = 'text/plain;version=0.0.4';

/**
 * The samples that an exporter exposes now.
 *
 * @param where the exporter, for error messages.
 * @param metric if given, only this metric's samples are returned.
 * @throws FiredrillError `broken` if it does not respond in the text format.
 */
export const readExposition = async (
  http: Pick<HttpReader, 'text'>,
  where: string,
  path = '/metrics',
  metric = '',
): Promise<ExposedSample[]> => parseExposition(await http.text(path, {}, accept), where, metric);

const sampleLine = /^([a-zA-Z_:][\w:]*)[ \t]*(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+(-?\d+))?[ \t]*$/;
const labelPair = /[ \t]*([a-zA-Z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\[\\"n])*)"[ \t]*(?:,|$)/y;
const escapes: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' };

/** Parses a value in the format of expositions and Prometheus' API: `1`, `2.5e+06`, `NaN`, `+Inf`. */
export function parseValue(text: string): number {
  const inf = /^([+-]?)Inf$/.exec(text);
  if (inf) return inf[1] === '-' ? -Infinity : Infinity;
  return Number(text);
}

function labelsOf(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  labelPair.lastIndex = 0;
  let end = 0;
  while (end < text.trimEnd().length) {
    const found = labelPair.exec(text);
    if (!found) return undefined;
    const [, name = '', raw = ''] = found;
    labels[name] = raw.replace(/\\[\\"n]/g, (pair) => escapes[pair] ?? pair);
    end = labelPair.lastIndex;
  }
  return labels;
}

function sampleOf(line: string): ExposedSample | undefined {
  const [, name, labelText = '', valueText = ''] = sampleLine.exec(line) ?? [];
  const labels = labelsOf(labelText);
  const value = parseValue(valueText);
  if (name === undefined || !labels || (Number.isNaN(value) && valueText !== 'NaN')) return undefined;
  return { name, labels, value };
}

/**
 * Parses Prometheus' text exposition format 0.0.4, without timestamps, types and help.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 *
 * @param where the exporter, for error messages.
 * @param metric if given, only this metric's lines are parsed.
 * @throws FiredrillError `broken` with every invalid line.
 */
export function parseExposition(text: string, where: string, metric = ''): ExposedSample[] {
  const samples: ExposedSample[] = [];
  const bad: string[] = [];
  text.split('\n').forEach((raw, i) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || !line.startsWith(metric)) return;
    const sample = sampleOf(line);
    if (!sample) bad.push(`line ${i + 1}: ${line.slice(0, 120)}`);
    else if (metric === '' || sample.name === metric) samples.push(sample);
  });
  if (bad.length > 0) throw broken(where, `not Prometheus' text format: ${bad.join('; ')}`);
  return samples;
}
