import type { Files } from '../files/files.ts';
import { list, map, maps, ms, texts, type Yaml } from '../files/yaml.ts';

export const prometheusFile = 'prometheus/prometheus.yml';

/** What prometheus.yml says, with Prometheus' defaults where it is silent; lengths in milliseconds. */
export interface PrometheusSettings {
  readonly scrapeMs: number;
  readonly evaluationMs: number;
  readonly queryOffsetMs: number;
  /** Added to every alert that is sent. */
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly jobs: readonly ScrapeJob[];
  readonly alerting: Yaml;
}

export interface ScrapeJob {
  readonly name: string;
  readonly scrapeMs: number;
  /** `pod:port` of its static targets. */
  readonly targets: readonly string[];
}

/** Every rule asks for them, and a file may have many jobs: each is read once. */
const known = new WeakMap<Yaml, PrometheusSettings>();

export function prometheusSettings(files: Files): PrometheusSettings {
  const config = files.yaml(prometheusFile);
  const settings = known.get(config) ?? settingsIn(config);
  known.set(config, settings);
  return settings;
}

function settingsIn(config: Yaml): PrometheusSettings {
  const global = map(config.global);
  const scrapeMs = ms(global.scrape_interval, '1m');
  return {
    scrapeMs,
    evaluationMs: ms(global.evaluation_interval, '1m'),
    queryOffsetMs: ms(global.rule_query_offset),
    externalLabels: texts(global.external_labels),
    jobs: maps(config.scrape_configs).map(({ job_name, scrape_interval, static_configs }) => ({
      name: String(job_name),
      scrapeMs: ms(scrape_interval) || scrapeMs,
      targets: maps(static_configs).flatMap(({ targets }) => list(targets).map(String)),
    })),
    alerting: map(config.alerting),
  };
}
