import type { Problem } from '../core/errors.ts';
import { Problems } from '../core/problems.ts';
import type { ComponentSpec, StackSpec } from '../stacks/component.ts';
import { checkAlertmanager } from './checked/check-alertmanager.ts';
import { checkBurnRates } from './checked/check-burn-rates.ts';
import { checkGrafana } from './checked/check-grafana.ts';
import { checkInhibition } from './checked/check-inhibition.ts';
import { checkRuleFile } from './checked/check-prometheus.ts';
import { confine } from './confined/confine.ts';
import { type Files, UsedFiles, type WrittenFiles } from './files/files.ts';
import { plainPath } from './files/pairs.ts';
import { yamlOf } from './files/parse-yaml.ts';
import type { Place } from './files/place.ts';
import { isSloFile } from './files/read-files.ts';
import { maps, texts } from './files/yaml.ts';
import { configure } from './paced/configure.ts';
import { parseEnv } from './paced/configure-env.ts';
import { isRuleFile } from './paced/configured-paths.ts';
import { fillVariables } from './paced/fill-variables.ts';
import { languagesIn, sourcesIn } from './paced/query-language.ts';
import { loopbackRewriterFor, type Origins, webhookTargets } from './paced/rewrite-addresses.ts';
import { isTemplate } from './rules/choose-rule.ts';
import { placedRules } from './rules/prometheus-rules.ts';
import { prometheusSettings } from './rules/prometheus-settings.ts';
import { readSloFile } from './slo/slo-file.ts';

export interface JudgedFiles {
  /** The files as a run on loopback would use them, without files that cannot be read. */
  readonly used: UsedFiles;
  /** Paths of files that cannot be read. */
  readonly unread: readonly string[];
  /** Paths of files with problems. */
  readonly faulty: ReadonlySet<string>;
  /** Every problem that the files alone show. */
  readonly problems: readonly Problem[];
}

/** Checks the configuration of a stack, before anything is started or written. */
export function judgeFiles(
  stack: StackSpec,
  written: WrittenFiles,
  factor: number,
  origins: Origins,
): JudgedFiles {
  const problems = new Problems();
  problems.add(...written.adoption.problems);
  const used = new UsedFiles();
  const unread: string[] = [];
  const faulty = new Set<string>();
  const files = fillVariables(written);
  const paced = {
    factor,
    languages: languagesIn(files),
    ...sourcesIn(files),
    webhooks: webhookTargets(stack),
  };
  for (const spec of stack.components) {
    const own = new UsedFiles();
    const rewriteAddresses = loopbackRewriterFor(spec, stack, origins);
    const found = new Problems();
    // Several checks may find the same problem.
    const further = (more: readonly Problem[]) => {
      const known = new Set(found.all.map(({ where }) => where));
      found.add(...more.filter(({ where }) => !known.has(where)));
    };
    for (const [path, text] of filesOf(spec, files)) {
      const place = written.place(path);
      const before = found.all.length;
      const judged = configure({ path, text, place }, { ...paced, rewriteAddresses }, found);
      if (judged === undefined) {
        unread.push(path);
        faulty.add(path);
        continue;
      }
      own.set(path, judged);
      used.set(usedPath(spec, path), judged);
      further(confine(path, judged, place));
      further(checkForm(path, place, text));
      if (path.endsWith('.env')) further(overridden(place.file, parseEnv(judged), spec.env));
      if (found.all.length > before) faulty.add(path);
    }
    const provisioned = filesOf(spec, files).map(([path, text]) => [path, own.get(path) ?? text] as const);
    further(checkGrafana(new Map(provisioned), (path) => written.place(path)));
    problems.add(...found.all);
  }
  if (problems.all.length === 0) problems.add(...inhibitionProblems(files, written));
  const readable = [...written].filter(([path]) => !unread.includes(path));
  problems.add(...checkBurnRates(written.withTexts(readable)));
  for (const [path, text] of written)
    if (isSloFile(path)) problems.read(() => readSloFile(path, text, written.place(path)));
  return { used, unread, faulty, problems: problems.all };
}

const alertmanagerFile = 'alertmanager/alertmanager.yml';

function inhibitionProblems(files: Files, written: WrittenFiles): readonly Problem[] {
  if (!files.has(alertmanagerFile)) return [];
  const { externalLabels, alerting } = prometheusSettings(files);
  // Relabelling may change every label.
  const relabelling = [alerting, ...maps(alerting.alertmanagers)];
  if (relabelling.some((one) => one.alert_relabel_configs !== undefined)) return [];
  const alerts = placedRules(files).flatMap(({ rule }) => {
    if (typeof rule.alert !== 'string') return [];
    const fixed = Object.entries(texts(rule.labels)).filter(([, value]) => !isTemplate(value));
    return [{ ...externalLabels, ...Object.fromEntries(fixed), alertname: rule.alert }];
  });
  const at = written.place(alertmanagerFile).to('inhibit_rules');
  return checkInhibition(at, files.yaml(alertmanagerFile).inhibit_rules, alerts);
}

/** Checks the structure of a file. */
function checkForm(path: string, place: Place, text: string): readonly Problem[] {
  if (isRuleFile(path)) return checkRuleFile(place, yamlOf(text));
  return plainPath(path) === 'alertmanager/alertmanager.yml' ? checkAlertmanager(place, yamlOf(text)) : [];
}

/** The files that a component reads: its folder, or exactly one file. */
export const filesOf = ({ config }: ComponentSpec, files: Files): [path: string, text: string][] =>
  [...files].filter(([path]) => config !== undefined && (path === config || path.startsWith(`${config}/`)));

/** The path of a configuration file in a component's folder. */
export const usedPath = ({ name }: ComponentSpec, path: string): string =>
  `${name}/${path.slice(path.indexOf('/') + 1)}`;

/** This variable is merged with that of the component. */
export const attributes = 'OTEL_RESOURCE_ATTRIBUTES';
/** A service of a user's system may have a Collector of its own; the file is that of all the others. */
const ofCollector = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_PROTOCOL'];

/** Variables of an environment file that a component sets itself. */
const overridden = (
  file: string,
  variables: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Problem[] =>
  Object.keys(variables)
    .filter((key) => key in own && key !== attributes && !ofCollector.includes(key))
    .map((key) => ({
      where: `${file}: ${key}`,
      message: 'each service of the stack has a value of its own, and this one would be passed over',
      hint: 'leave it out of the configuration for drills',
    }));
