import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { secretsIn } from '../../configuration/confined/secrets.ts';
import type { UsedFiles } from '../../configuration/files/files.ts';
import { mainPair } from '../../configuration/files/pairs.ts';
import { ruleFor } from '../../configuration/rules/choose-rule.ts';
import { badInput, type Problem } from '../../core/errors.ts';
import { expectedAlerts } from '../../core/expected-alerts.ts';
import { within } from '../../core/path.ts';
import type { BackEndName } from '../../core/staging.ts';
import { alertmanagerReader } from '../../signals/readers/alertmanager.ts';
import { grafanaReader } from '../../signals/readers/grafana.ts';
import { prometheusReader } from '../../signals/readers/prometheus.ts';
import { runningContactPoints } from '../pages/known-contact-points.ts';
import type { Drill } from '../running-drill.ts';
import type { Listeners } from '../stack/listeners.ts';
import type { ReadyStack } from '../stack/ready-stack.ts';
import { refuseUnjudgeable } from '../stack/refuse-unjudgeable.ts';
import type { StackLifecycle } from '../stack/stack-lifecycle.ts';
import { attachedControl } from './attached-control.ts';
import { addCopies, copiesOf, withCopies } from './copies.ts';
import { isLedByRule } from './grafana-files.ts';
import type { Notes } from './notes.ts';
import { probe, refuseEmpty } from './probe.ts';
import { reconfigured } from './reconfigured.ts';
import { type RunningConfiguration, runningFiles } from './running-files.ts';
import type { Staging } from './staging.ts';
import { addressIn, portOf, stagingSpec } from './staging-spec.ts';

/** A staging has had traffic for longer than any rule reads. */
const trafficMs = 365 * 86_400_000;

/**
 * Makes a stack of a staging that runs already: asks every component, and reads the configuration from them.
 *
 * @throws FiredrillError `bad-input` when the staging's file or the scenario is wrong, `broken` when a component does not
 * answer.
 */
export async function attachStack(
  drill: Drill,
  { owner, scope }: Pick<StackLifecycle, 'owner' | 'scope'>,
  staging: Staging,
  { listeners, notes }: { readonly listeners: Listeners; readonly notes: Notes },
): Promise<ReadyStack> {
  const { recorder, redaction, signal, directory } = drill;
  const { identities } = staging;
  await probe(staging, signal);
  const url = (pod: string, port: number) => addressIn(staging, pod, port);
  const { configuration, versions } = await readConfiguration(staging, signal);
  const { grafana } = configuration;
  const copies = copiesOf(staging);
  const contactPoints = grafana && withCopies(grafana.contactPoints, copies, staging);
  const { used: files, written } = runningFiles({
    ...configuration,
    ...(grafana ? { grafana: { ...grafana, contactPoints } } : {}),
  });
  const secrets = [...new Set([...staging.secrets, ...secretsIn(written)])].sort(
    (a, b) => b.length - a.length,
  );
  redaction.learn(secrets);
  const config = join(directory.path, 'config');
  for (const [path, text] of files) {
    const file = join(config, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, redaction.hide(text));
  }
  recorder.record.configuration = [...files].map(([file, text]) => ({
    file,
    sha256: createHash('sha256').update(text).digest('hex'),
  }));
  drill.options.onRead?.(written);
  const configured = { files, written, contactPoints: runningContactPoints(files) };
  const { components } = stagingSpec(staging);
  recorder.record.stack = {
    ...recorder.record.stack,
    components: components.map(({ name, ports: [port = 0] }) => ({
      ...{ name, tool: name, version: versions.get(name) ?? '' },
      address: new URL(url(name, port)).host,
    })),
  };
  refuseUnjudgeable(drill, configured, trafficMs);
  refuseUnseenWays(drill, staging, files);
  if (grafana)
    await addCopies(copies, grafana.contactPoints, staging, {
      reader: grafanaReader(url('grafana', portOf('grafana')), identities.get('grafana') ?? {}, signal),
      ...{ notes, scope, signal },
    });
  return {
    ...configured,
    components: components.map((spec) => ({ spec, readyAfterMs: 0 })),
    reconfigured: async () => {
      const now = await readConfiguration(staging, signal);
      return reconfigured(configuration, now.configuration, copies);
    },
    ...{ url, identities, owner, listeners, secrets, notes },
    runtime: attachedControl(staging.secret),
    judged: mainPair,
    logs: directory.logs,
    recorded: {
      configuration: recorder.record.configuration,
      replacements: [],
      components: recorder.record.stack.components,
    },
    readyAt: Date.now(),
  };
}

/** Reads the configuration and the versions of the running components. */
async function readConfiguration(
  staging: Staging,
  signal: AbortSignal,
): Promise<{ configuration: RunningConfiguration; versions: ReadonlyMap<string, string> }> {
  const urlOf = (name: BackEndName) => addressIn(staging, name, portOf(name));
  const as = (name: BackEndName) => staging.identities.get(name) ?? {};
  const prometheus = prometheusReader(urlOf('prometheus'), signal, as('prometheus'));
  const groups = await prometheus.groups();
  const now = Date.now();
  const { series } = await prometheus.queryRange('count(up)', now, now, 1_000);
  refuseEmpty(staging, { series: series.length, rules: groups.flatMap(({ rules }) => rules).length });
  const alertmanager = staging.alertmanager
    ? alertmanagerReader(urlOf('alertmanager'), signal, as('alertmanager'))
    : undefined;
  const grafana = staging.grafana ? grafanaReader(urlOf('grafana'), as('grafana'), signal) : undefined;
  const versions = new Map([['prometheus', await prometheus.buildVersion()]]);
  if (alertmanager) versions.set('alertmanager', await alertmanager.version());
  if (grafana) versions.set('grafana', await grafana.version());
  return {
    versions,
    configuration: {
      groups,
      prometheus: staging.prometheusConfig ?? (await prometheus.config()),
      ...(alertmanager ? { alertmanager: await alertmanager.config() } : {}),
      ...(grafana ? { grafana: await grafana.configuration() } : {}),
    },
  };
}

/**
 * @throws FiredrillError `bad-input` for pages of Grafana whose way is not known: its notifiers are not watched, and a contact
 * point that a rule names itself is not understood.
 */
function refuseUnseenWays(
  { options: { scenario, whereOf = within(scenario.name) } }: Drill,
  { pages }: Staging,
  files: UsedFiles,
): void {
  const problems = expectedAlerts(scenario.expectations).flatMap(({ expectation, at }): Problem[] => {
    const rule = ruleFor(files, expectation);
    if (rule?.manager !== 'grafana') return [];
    const where = whereOf([...at, 'alert']);
    const { alert } = expectation;
    if (isLedByRule(files, rule))
      return [
        {
          where,
          message: `the rule of ${alert} names its contact point itself (notification_settings), and that is not read`,
          hint: 'lead it there by the notification policy',
        },
      ];
    return pages === 'until-notifier' && expectation.kind === 'page'
      ? [
          {
            where,
            message: `${alert} is a rule of Grafana, whose notifiers are not watched`,
            hint: 'with `pages: received` it is judged by the page that arrives',
          },
        ]
      : [];
  });
  if (problems.length > 0) throw badInput(...problems);
}
