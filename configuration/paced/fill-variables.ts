import type { Document } from 'yaml';
import { formatDuration } from '../../core/duration.ts';
import { tryRead } from '../../core/errors.ts';
import { intervalOf, lengthOf, ownIntervalOf, stepFactor } from '../../core/grafana-query.ts';
import { dataSources } from '../files/data-sources.ts';
import type { WrittenFiles } from '../files/files.ts';
import { isProvisioned } from '../files/grafana-folders.ts';
import { readYaml } from '../files/read-yaml.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';
import type { Language } from './query-language.ts';

/*
 * Grafana's data sources fill in variables such as $__rate_interval before they ask. What they are in a rule follows from
 * the rule and its data source alone; so they are written out, and the pace, floors and autopsies see a query with a
 * length. The arithmetic is that of the data sources in the version that is pinned (pkg/tsdb/prometheus/models and
 * pkg/tsdb/loki).
 */

const defaultScrapeMs = 15_000;

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
  return files.withTexts(
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
  if (type === 'loki') return { interval: ownIntervalOf(model), range };
  if (type !== 'prometheus') return undefined;
  const scrape = lengthOf(map(jsonData).timeInterval) ?? defaultScrapeMs;
  const isRate = /^\$(__rate_interval|\{__rate_interval\})$/.test(String(model.interval));
  const interval = intervalOf(model, range);
  const rateInterval = Math.max(interval + scrape, 4 * scrape);
  if (isRate) return { interval: rateInterval, range, rateInterval };
  const step = interval * stepFactor(model);
  return { interval: step, range, rateInterval: Math.max(step + scrape, 4 * scrape) };
}

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
