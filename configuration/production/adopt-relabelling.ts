import { list, maps, type Yaml } from '../files/yaml.ts';

/** The label that holds the address of a target as firedrill.yaml names it. */
export const writtenAddress = '__meta_firedrill_address';

export interface AdoptedRelabelling {
  /** Indices of the rules that are left out, each with the reason. */
  readonly leftOut: ReadonlyMap<number, string>;
  /** Indices of the rules that read the address of a target, which a drill does not know before it runs. */
  readonly readAddress: readonly number[];
  /** Labels of service discovery that the other rules read. */
  readonly metas: readonly string[];
}

const choosing = /^(keep|drop|keepequal|dropequal)$/;

/**
 * Decides what becomes of the relabelling of a job whose targets are no longer those that production finds. What chooses
 * among the targets of production is left out, and so is what reads labels of which a drill does not know the value.
 *
 * @param isKnown whether a drill knows the value of a label of service discovery.
 * @param given labels that the targets have anyway.
 */
export function adoptRelabelling(
  rules: unknown,
  isKnown: (label: string) => boolean,
  given: ReadonlySet<string>,
): AdoptedRelabelling {
  const leftOut = new Map<number, string>();
  const readAddress: number[] = [];
  const metas = new Set<string>();
  /** Labels that only rules which are left out would have set. */
  const lost = new Set<string>();
  maps(rules).forEach((rule, i) => {
    const why = whyNot(rule, isKnown, lost);
    const target = String(rule.target_label ?? '');
    if (why !== undefined) {
      leftOut.set(i, why);
      if (target !== '' && !given.has(target)) lost.add(target);
      return;
    }
    lost.delete(target);
    const sources = list(rule.source_labels).map(String);
    for (const label of sources) if (isMeta(label)) metas.add(label);
    if (sources.includes('__address__')) {
      readAddress.push(i);
      metas.add(writtenAddress);
    }
  });
  return { leftOut, readAddress, metas: [...metas] };
}

const isMeta = (label: string): boolean => label.startsWith('__meta_');

function whyNot(
  rule: Yaml,
  isKnown: (label: string) => boolean,
  lost: ReadonlySet<string>,
): string | undefined {
  const action = String(rule.action ?? 'replace').toLowerCase();
  const target = String(rule.target_label ?? '');
  const sources = list(rule.source_labels).map(String);
  const read = action.endsWith('equal') ? [...sources, target] : sources;
  if (
    choosing.test(action) &&
    read.some((label) => isMeta(label) || lost.has(label) || label === '__address__')
  )
    return 'it chooses among the targets of production, and firedrill.yaml names those of a drill';
  if (action === 'hashmod')
    return 'it divides the targets among several Prometheus servers, and a drill has one';
  if (target === '__address__' && (sources.length > 0 || String(rule.replacement ?? '$1').includes('$')))
    return 'firedrill.yaml says at which address a service is scraped';
  if (action === 'labelmap' && String(rule.regex ?? '').includes('__meta_'))
    return 'labels of service discovery are not there; `scrape.labels` of a service in firedrill.yaml gives it labels';
  const unknown = sources.filter((label) => lost.has(label) || (isMeta(label) && !isKnown(label)));
  if (unknown.length > 0)
    return `a drill does not know ${unknown.join(', ')}; \`scrape.labels\` of a service in firedrill.yaml gives it labels`;
  return undefined;
}
