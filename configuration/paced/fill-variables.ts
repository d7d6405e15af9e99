import type { Document } from 'yaml';
import { formatDuration, parseDuration } from '../../core/duration.ts';
import { tryRead } from '../../core/errors.ts';
import { dataSources } from '../files/data-sources.ts';
import { WrittenFiles } from '../files/files.ts';
import { isProvisioned } from '../files/grafana-files.ts';
import { readYaml } from '../files/read-yaml.ts';
import { map, maps, text, type Yaml } from '../files/yaml.ts';
import type { Language } from './query-language.ts';

/*
 * Grafana's data sources fill in variables such as $__rate_interval before they ask. What they are in a rule follows from
 * the rule and its data source alone; so they are written out, and the pace, floors and autopsies see a query with a
 * length. The arithmetic is that of the data sources in the version that is pinned (pkg/tsdb/prometheus/models and
 * pkg/tsdb/loki).
 */

/** Defaults of a rule's query: pkg/services/ngalert/models/alert_query.go */
const defaults = { intervalMs: 1000, maxDataPoints: 43_200 };
const defaultScrapeMs = 15_000;
/** Most points for which Prometheus is asked. */
const safePoints = 11_000;

/** What the variables of one query stand for, in milliseconds. */
interface Lengths {
  readonly interval: number;
  readonly range: number;
  /** Not for Loki. */
  readonly rateInterval?: number;
}

/**
 * The files with the variables of every rule's queries written out, as they are at real pace. The pace divides what is
 * written as a duration; a number (`$__range_s`) stays, since counts stay what they are over the range as written.
 */
export function fillVariables(files: WrittenFiles): WrittenFiles {
  const sources = dataSources(files);
  return new WrittenFiles(
    [...files].map(([file, content]) => [file, filled(file, content, sources)] as const),
  );
}

function filled(file: string, content: string, sources: ReadonlyMap<string, Yaml>): string {
  const isRules = file.startsWith('grafana/provisioning/alerting/') && isProvisioned(file);
  const document = isRules && anyVariable.test(content) ? read(file, content) : undefined;
  if (!document) return content;
  let changed = false;
  maps(map(document.toJS()).groups).forEach((group, g) => {
    maps(group.rules).forEach((rule, r) => {
      maps(rule.data).forEach((query, q) => {
        const { datasourceUid, relativeTimeRange, model } = query;
        const { expr } = map(model);
        const source = sources.get(String(datasourceUid));
        if (typeof expr !== 'string' || source === undefined) return;
        const lengths = lengthsOf(map(model), map(relativeTimeRange), source);
        const next = lengths && writeOut(expr, lengths);
        if (next === undefined || next === expr) return;
        document.setIn(['groups', g, 'rules', r, 'data', q, 'model', 'expr'], next);
        changed = true;
      });
    });
  });
  return changed ? document.toString({ lineWidth: 0 }) : content;
}

/** What cannot be read is told where it is configured. */
const read = (file: string, content: string): Document | undefined => tryRead(() => readYaml(file, content));

const anyVariable = /\$(?:__\w+|\{__\w+\})/;
const variables = /\$(?:__(\w+)|\{__(\w+)\})/g;

function lengthsOf(model: Yaml, { from, to }: Yaml, { type, jsonData }: Yaml): Lengths | undefined {
  const range = 1000 * (Number(from ?? 0) - Number(to ?? 0));
  const intervalMs = positive(model.intervalMs) ?? defaults.intervalMs;
  if (type === 'loki') return { interval: intervalMs, range };
  if (type !== 'prometheus') return undefined;
  const scrape = lengthOf(map(jsonData).timeInterval) ?? defaultScrapeMs;
  const isRate = /^\$(__rate_interval|\{__rate_interval\})$/.test(String(model.interval));
  const least = lengthOf(model.interval) ?? intervalMs;
  const asked = range / (positive(model.maxDataPoints) ?? defaults.maxDataPoints);
  const interval = Math.max(asked < least ? least : rounded(asked), rounded(range / safePoints));
  const rateInterval = Math.max(interval + scrape, 4 * scrape);
  if (isRate) return { interval: rateInterval, range, rateInterval };
  const factor = positive(model.intervalFactor) ?? 1;
  const step = interval * factor;
  return { interval: step, range, rateInterval: Math.max(step + scrape, 4 * scrape) };
}

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 ? value : undefined;

/** `15s`, `>15s`, and `15` of seconds; of a variable or nothing, none. */
function lengthOf(value: unknown): number | undefined {
  const given = text(value)?.replace(/[<>]/, '') ?? (typeof value === 'number' ? `${value}` : '');
  const ms = /^\d+$/.test(given) ? Number(given) * 1000 : parseDuration(given);
  return ms === 0 ? undefined : ms;
}

/** Grafana rounds a step that it computed to one that reads well: up to each limit, to the length beside it. */
const steps: readonly (readonly [upTo: number, ms: number])[] = [
  ...([
    [10, 1],
    [15, 10],
    [35, 20],
    [75, 50],
    [150, 100],
    [350, 200],
    [750, 500],
  ] as const),
  ...([
    [1500, 1000],
    [3500, 2000],
    [7500, 5000],
    [12_500, 10_000],
    [17_500, 15_000],
    [25_000, 20_000],
  ] as const),
  ...([
    [45_000, 30_000],
    [90_000, 60_000],
    [210_000, 120_000],
    [450_000, 300_000],
    [750_000, 600_000],
  ] as const),
  ...([
    [1_050_000, 900_000],
    [1_500_000, 1_200_000],
    [2_700_000, 1_800_000],
    [5_400_000, 3_600_000],
  ] as const),
];
const rounded = (ms: number): number => steps.find(([upTo]) => ms <= upTo)?.[1] ?? 7_200_000;

function writeOut(expr: string, { interval, range, rateInterval }: Lengths): string {
  const durations: Readonly<Record<string, number | undefined>> = {
    interval: inOneUnit(interval),
    range,
    rate_interval: rateInterval,
  };
  const numbers: Readonly<Record<string, readonly [ms: number, unit: number]>> = {
    interval_ms: [interval, 1],
    range_ms: [range, 1],
    range_s: [range, 1000],
  };
  return expr.replace(variables, (whole, plain: string | undefined, braced: string | undefined) => {
    const name = plain ?? braced ?? '';
    const length = durations[name];
    if (length !== undefined) return formatDuration(length);
    const [ms, unit] = numbers[name] ?? [];
    return ms === undefined || unit === undefined ? whole : `${Math.round(ms / unit)}`;
  });
}

/** Grafana writes a step in its largest unit, without the rest: 90 s are `1m`. */
function inOneUnit(ms: number): number {
  const unit = [86_400_000, 3_600_000, 60_000, 1000].find((size) => ms >= size) ?? 1;
  return Math.floor(ms / unit) * unit;
}

/**
 * A variable of a query that Grafana would not fill in, with the reason: it asks the data source for the text itself.
 *
 * @param expr as `fillVariables` leaves it.
 */
export function unfilledVariable(expr: string, language: Language | undefined): string | undefined {
  const [whole] = anyVariable.exec(expr) ?? dashboardVariable(expr) ?? [];
  if (whole === undefined) return undefined;
  const known = '$__interval, $__interval_ms, $__range, $__range_s and $__range_ms';
  return `Grafana does not fill in ${whole} here: in a rule it fills in ${known}${language === 'logql' ? '; $__rate_interval only for Prometheus' : ' and $__rate_interval'}, and it has no variables of a dashboard`;
}

/** `$job` or `${job:regex}`, as a panel would have it; not what `label_replace` takes from a group of that name. */
function dashboardVariable(expr: string): readonly [string] | undefined {
  const texts = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`/g;
  const outside = expr.replace(texts, '""').matchAll(/\$\{?[a-z]\w*\}?/gi);
  // Inside of a text, `$` may be the end of a regular expression.
  const whole = [...expr.matchAll(texts)].flatMap(([, ...inside]) => {
    const found = /^\$(?:([a-z]\w*)|\{([a-z]\w*)(?::\w+)?\})$/i.exec(
      inside.find((part) => part !== undefined) ?? '',
    );
    const name = found?.[1] ?? found?.[2];
    return found && !new RegExp(`\\(\\?P?<${name}>`).test(expr) ? [found[0]] : [];
  });
  const [first] = [...[...outside].map(([variable]) => variable), ...whole];
  return first === undefined ? undefined : [first];
}
