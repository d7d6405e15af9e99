import { type Document, isMap, isSeq, type YAMLMap } from 'yaml';
import type { Path } from '../../core/path.ts';
import { rulesThatMayWriteAddresses } from '../confined/confine-relabel.ts';
import type { Place } from '../files/place.ts';
import { list, map, maps, text, type Yaml } from '../files/yaml.ts';
import { adoptConnection } from './adopt-connection.ts';
import { adoptRelabelling, writtenAddress } from './adopt-relabelling.ts';
import type { Adopting } from './adopting.ts';
import { metaValue, type Target } from './known-meta.ts';
import {
  firstText,
  type Matched,
  matchServices,
  namespaceOf,
  selectionOf,
  serviceOfHost,
} from './match-services.ts';
import { portOf, type ScrapedService } from './scraped-services.ts';
import { isOwn, type WrittenTarget, writtenTargets } from './written-targets.ts';

/** What the jobs of a file of Prometheus are adopted to. */
export interface JobContext {
  readonly adopting: Adopting;
  readonly services: readonly ScrapedService[];
  /** The folder of the file, e.g. `prometheus`. */
  readonly folder: string;
  /** Gets the files that only the jobs read. */
  readonly used: Set<string>;
}

/** A target of a drill with its labels. */
interface Scraped {
  readonly service: ScrapedService;
  readonly pod: string;
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Replaces the targets of a job that do not belong to the system, and the settings that only production's targets need.
 *
 * @param at the path of the job in the document.
 */
export function adoptJob(document: Document, at: Path, place: Place, context: JobContext): void {
  const node = document.getIn(at);
  if (!isMap(node)) return;
  const prober = adoptProber(node, map(node.toJS(document)), place, context);
  const job = map(node.toJS(document));
  const targets = adoptedTargets(job, place, context, prober);
  const writers = addressWriters(job, context, prober);
  const { metas } = relabel(document, node, job, place, context, targets, writers);
  if (targets) useTargets(document, node, job, targets, metas);
  adoptConnection(node, job, place, context, targets !== undefined);
}

/**
 * A job of a prober, such as the blackbox exporter, asks it about its targets. Production may know it by another host.
 *
 * @returns the address of the prober, if it is none of the system; `own` if it is. `undefined` if the job has no prober.
 */
function adoptProber(
  node: YAMLMap,
  job: Yaml,
  place: Place,
  { adopting, services }: JobContext,
): string | undefined {
  let prober: string | undefined;
  maps(job.relabel_configs).forEach(({ target_label, replacement }, i) => {
    const address = text(replacement);
    if (target_label !== '__address__' || address === undefined || address.includes('$')) return;
    const found = isOwn(services, address) ? undefined : serviceOfHost(services, address);
    prober ??= isOwn(services, address) || found ? 'own' : address;
    if (!found) return;
    const { service, port } = found;
    const own = `${service.pods[0]}:${portOf(service, port === undefined ? [] : [port])}`;
    node.setIn(['relabel_configs', i, 'replacement'], own);
    adopting.list(place.to('relabel_configs', i, 'replacement'), {
      what: `replaced by ${own}`,
      why: 'the host has the name of this service',
    });
  });
  return prober;
}

/** Rules by which a target would be asked at another address than the one of the drill, and why they are left out. */
function addressWriters(
  job: Yaml,
  { services }: JobContext,
  prober: string | undefined,
): ReadonlyMap<number, string> {
  const isElsewhere = ({ target_label, replacement }: Yaml) =>
    target_label === '__address__' && !isOwn(services, String(replacement ?? '$1'));
  const why =
    prober !== undefined && prober !== 'own'
      ? 'its prober is no service of the system'
      : 'firedrill.yaml says at which address a service is scraped';
  const elsewhere = maps(job.relabel_configs).flatMap((rule, i) => (isElsewhere(rule) ? [i] : []));
  return new Map([...rulesThatMayWriteAddresses(job), ...elsewhere].map((i) => [i, why]));
}

interface AdoptedTargets {
  readonly kept: readonly WrittenTarget[];
  readonly added: readonly Scraped[];
  readonly namespace: string | undefined;
}

const because: Readonly<Record<Matched['by'], string>> = {
  declared: 'firedrill.yaml says that this job scrapes it',
  selected: 'this is what the job looks for',
  named: 'the job has the name of this service',
};

/** Lists what is replaced. @returns the targets of a drill; `undefined` if the job names only those of the system. */
function adoptedTargets(
  job: Yaml,
  place: Place,
  context: JobContext,
  prober: string | undefined,
): AdoptedTargets | undefined {
  const { adopting, services, folder, used } = context;
  const name = String(job.job_name ?? '');
  const { targets, files } = writtenTargets(job, services, folder, adopting.texts);
  for (const file of files) used.add(file);
  const isProbing = prober !== undefined;
  // Without its prober a job has nothing to ask.
  const isLost = isProbing && prober !== 'own';
  const kept = targets.filter((one) => one.isOwn && !isLost);
  const foreign = targets.filter((one) => !one.isOwn || isLost);
  const discoveries = Object.keys(job).filter((key) => key.endsWith('_sd_configs'));
  if (discoveries.length === 0 && foreign.length === 0) return undefined;

  const ports = portsIn(job, foreign);
  // What a prober is asked about is no target of Prometheus.
  const matched = isProbing ? undefined : matchServices(services, { names: [name], ...selectionOf(job) });
  const isDeclared = matched?.by === 'declared';
  const byHost = foreign.map((target) => {
    const found = isProbing || isDeclared ? undefined : serviceOfHost(services, target.address);
    const wanted = found?.port === undefined ? ports : [found.port];
    return { target, scraped: found ? targetsOf(found.service, wanted, target.labels) : [] };
  });
  const rest = byHost.filter(({ scraped }) => scraped.length === 0).map(({ target }) => target);
  const labels = commonLabels(rest);
  const wantsMatched = rest.length > 0 || (discoveries.length > 0 && foreign.length === 0);
  const ofJob = (wantsMatched ? (matched?.services ?? []) : []).flatMap((one) =>
    targetsOf(one, ports, labels),
  );
  const why = matched
    ? because[matched.by]
    : isProbing
      ? isLost
        ? 'its prober is no service of the system'
        : 'it is no address of the system'
      : `no service of the system is known to be meant: \`scrape: { job: ${name} }\` of a service in firedrill.yaml names it`;
  for (const key of discoveries) {
    if (key !== 'file_sd_configs' || foreign.length === 0)
      adopting.list(place.to(key), { what: replacedBy(ofJob), why });
  }
  for (const { target, scraped } of byHost) {
    const found = scraped.length > 0;
    adopting.list(place.to(...target.at), {
      what: replacedBy(found ? scraped : ofJob),
      why: found ? 'the host has the name of this service' : why,
    });
  }
  const own = new Set(kept.map(({ address }) => address));
  const all = [...byHost.flatMap(({ scraped }) => scraped), ...ofJob];
  const distinct = new Map(all.map((one) => [addressOf(one), one]));
  return {
    kept,
    added: [...distinct.values()].filter((one) => !own.has(addressOf(one))),
    namespace: namespaceOf(job),
  };
}

const addressOf = ({ pod, port }: Scraped): string => `${pod}:${port}`;

const replacedBy = (targets: readonly Scraped[]): string =>
  targets.length > 0 ? `replaced by ${targets.map(addressOf).join(', ')}` : 'left out';

const targetsOf = (
  service: ScrapedService,
  ports: readonly number[],
  labels: Readonly<Record<string, string>>,
): Scraped[] => service.pods.map((pod) => ({ service, pod, port: portOf(service, ports), labels }));

/** Labels that all targets have. */
function commonLabels([first, ...others]: readonly WrittenTarget[]): Record<string, string> {
  const entries = Object.entries(first?.labels ?? {});
  return Object.fromEntries(
    entries.filter(([name, value]) => others.every(({ labels }) => labels[name] === value)),
  );
}

/** Ports that a job asks for. */
function portsIn(job: Yaml, foreign: readonly WrittenTarget[]): number[] {
  const ofRules = maps(job.relabel_configs).flatMap(({ source_labels, action, regex }) =>
    action === 'keep' && /port(_number)?$/.test(String(list(source_labels)[0])) ? [firstText(regex)] : [],
  );
  const ofDiscovery = Object.entries(job).flatMap(([key, configs]) =>
    key.endsWith('_sd_configs') ? maps(configs).map(({ port }) => port) : [],
  );
  const ofTargets = foreign.map(({ address }) => /:(\d+)(?:\/|$)/.exec(address)?.[1]);
  return [...ofRules, ...ofDiscovery, ...ofTargets].map(Number).filter((port) => port > 0);
}

/**
 * Leaves out the rules that production's targets alone can follow.
 *
 * @param targets absent: the targets are those of production.
 * @param writers rules that are left out anyway.
 */
function relabel(
  document: Document,
  node: YAMLMap,
  job: Yaml,
  place: Place,
  { adopting }: JobContext,
  targets: AdoptedTargets | undefined,
  writers: ReadonlyMap<number, string>,
): { readonly metas: readonly string[] } {
  const { added = [], namespace } = targets ?? {};
  const isKnown = (label: string) =>
    added.every((one) => metaValue(label, targetOf(one, namespace)) !== undefined);
  const given = new Set(
    added.flatMap(({ labels, service }) => Object.keys({ ...labels, ...service.labels })),
  );
  const adopted = adoptRelabelling(targets ? job.relabel_configs : [], isKnown, given);
  const { readAddress, metas } = adopted;
  const leftOut = new Map([...writers, ...adopted.leftOut]);
  const indices = [...leftOut.keys()].sort((a, b) => a - b);
  for (const index of indices)
    adopting.list(place.to('relabel_configs', index), { what: 'left out', why: leftOut.get(index) ?? '' });
  for (const index of readAddress) {
    const sources = list(maps(job.relabel_configs)[index]?.source_labels);
    const renamed = sources.map((label) => (label === '__address__' ? writtenAddress : label));
    node.setIn(['relabel_configs', index, 'source_labels'], document.createNode(renamed));
  }
  for (const index of indices.toReversed()) node.deleteIn(['relabel_configs', index]);
  return { metas };
}

const targetOf = ({ service, pod, port }: Scraped, namespace: string | undefined): Target => ({
  service: service.name,
  pod,
  port,
  namespace,
});

/** Puts the targets of a drill in the place of those of production. */
function useTargets(
  document: Document,
  node: YAMLMap,
  job: Yaml,
  { kept, added, namespace }: AdoptedTargets,
  metas: readonly string[],
): void {
  for (const key of Object.keys(job)) if (key.endsWith('_sd_configs')) node.delete(key);
  const groups = node.get('static_configs');
  if (isSeq(groups)) {
    groups.items.forEach((group, i) => {
      const targets = isMap(group) ? group.get('targets') : undefined;
      if (!isSeq(targets)) return;
      const own = kept
        .filter(({ at }) => at[0] === 'static_configs' && at[1] === i)
        .map(({ at }) => at.at(-1));
      targets.items = targets.items.filter((_, n) => own.includes(n));
    });
    groups.items = groups.items.filter((group) => {
      const targets = isMap(group) ? group.get('targets') : undefined;
      return !isSeq(targets) || targets.items.length > 0;
    });
  }
  const metaOf = (label: string, one: Scraped) =>
    label === writtenAddress ? addressOf(one) : metaValue(label, targetOf(one, namespace));
  const more = [
    ...kept
      .filter(({ at }) => at[0] !== 'static_configs')
      .map(({ address, labels }) => ({ targets: [address], labels })),
    ...added.map((one) => ({
      targets: [addressOf(one)],
      labels: {
        ...one.labels,
        ...one.service.labels,
        ...Object.fromEntries(metas.map((label) => [label, metaOf(label, one) ?? ''])),
      },
    })),
  ];
  if (more.length === 0) return;
  if (isSeq(groups)) for (const group of more) groups.add(document.createNode(group));
  else node.set('static_configs', document.createNode(more));
}
