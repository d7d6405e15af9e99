import { tryRead } from '../../core/errors.ts';
import { selectorsOf, type VectorSelector } from '../../core/promql/selectors-of.ts';
import type { Files } from '../files/files.ts';
import { map, maps, ms, texts, type Yaml } from '../files/yaml.ts';
import { satisfies } from '../routes/route-matcher.ts';
import { prometheusFile } from '../rules/prometheus-settings.ts';
import { sorted } from './normal-form.ts';

/** Settings of `global` that no scrape job inherits. https://prometheus.io/docs/prometheus/latest/configuration/configuration */
const ofOthers = new Set([
  ...['external_labels', 'evaluation_interval', 'rule_query_offset', 'runtime'],
  ...['query_log_file', 'scrape_failure_log_file'],
]);

/**
 * The scrape jobs of Prometheus whose series the expressions may read, with all that they inherit. The files do not say which
 * metrics a target has, so a selector without a matcher of `job` may read those of every job.
 *
 * @param expressions PromQL. One that does not parse may read everything.
 * @param isScraped whether what the selector reads is scraped, and not recorded.
 */
export function scrapesOf(
  files: Files,
  expressions: readonly string[],
  isScraped: (selector: VectorSelector) => boolean,
): unknown {
  const { global, scrape_configs, scrape_config_files } = files.yaml(prometheusFile);
  const inherited = Object.fromEntries(Object.entries(map(global)).filter(([key]) => !ofOthers.has(key)));
  const selectors = expressions.flatMap(
    (expr) => tryRead(() => selectorsOf(expr))?.filter(isScraped) ?? [all],
  );
  const jobs = maps(scrape_configs)
    .filter((job) => selectors.some((selector) => mayRead(selector, job)))
    .map((job) => ({ ...inherited, ...job }))
    .map(({ scrape_interval, scrape_timeout, ...job }: Yaml) => ({
      ...job,
      scrapeMs: ms(scrape_interval, '1m'),
      timeoutMs: ms(scrape_timeout, '10s'),
    }));
  return { jobs: sorted(jobs), files: selectors.length > 0 ? scrape_config_files : undefined };
}

const all: Pick<VectorSelector, 'matchers'> = { matchers: [] };

function mayRead({ matchers }: Pick<VectorSelector, 'matchers'>, job: Yaml): boolean {
  const ofJob = matchers.filter(({ label }) => label === 'job');
  return mayRenameItself(job) || ofJob.every((one) => satisfies({ job: String(job.job_name) }, one));
}

/** Whether series of the job may have another label `job` than its name. */
const mayRenameItself = ({
  honor_labels,
  relabel_configs,
  metric_relabel_configs,
  static_configs,
}: Yaml): boolean =>
  honor_labels === true ||
  maps(static_configs).some(({ labels }) => texts(labels).job !== undefined) ||
  [...maps(relabel_configs), ...maps(metric_relabel_configs)].some(
    ({ action = 'replace', target_label = 'job' }) =>
      ['labelmap', 'labeldrop', 'labelkeep'].includes(String(action).toLowerCase()) ||
      (!['keep', 'drop', 'keepequal', 'dropequal'].includes(String(action).toLowerCase()) &&
        (String(target_label) === 'job' || String(target_label).includes('$'))),
  );
