import type { Problem } from '../../core/errors.ts';
import { anchoredGoRegex } from '../../core/go-regex.ts';
import { Place } from '../files/place.ts';
import { list, map, maps, type Yaml } from '../files/yaml.ts';
import { isOurs, leaves } from './confine-address.ts';

/*
 * Relabelling of targets, of scrapes as of Alertmanagers, may write the address that is asked:
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
 */

const address = '__address__';

/** Labels that every target has before it is relabelled. */
const ownLabels = [
  address,
  '__scheme__',
  '__metrics_path__',
  '__scrape_interval__',
  '__scrape_timeout__',
  'job',
];

/**
 * @param at where the targets are described.
 * @param entry a scrape configuration, or an Alertmanager's.
 */
export const confineRelabelling = (at: Place, entry: Yaml): Problem[] =>
  eachRule(entry).flatMap(({ rule, known, i }) => confineRule(at.to('relabel_configs', i), rule, known));

/** The rules of an entry, each with the labels that targets may have before it. */
function eachRule(
  entry: Yaml,
): { readonly rule: Yaml; readonly known: ReadonlySet<string>; readonly i: number }[] {
  const known = new Set(ownLabels);
  for (const name of Object.keys(map(entry.params))) known.add(`__param_${name}`);
  for (const group of list(entry.static_configs)) {
    for (const name of Object.keys(map(map(group).labels))) known.add(name);
  }
  return maps(entry.relabel_configs).map((rule, i) => {
    const before = new Set(known);
    const { target_label } = rule;
    if (typeof target_label === 'string' && target_label !== '') known.add(target_label);
    return { rule, known: before, i };
  });
}

/** Indices of the rules that may write the address of a target without naming it. */
export const rulesThatMayWriteAddresses = (entry: Yaml): number[] =>
  eachRule(entry).flatMap(({ rule, known, i }) =>
    rule.target_label !== address && confineRule(new Place('', ''), rule, known).length > 0 ? [i] : [],
  );

function confineRule(at: Place, rule: Yaml, known: ReadonlySet<string>): Problem[] {
  const { action = 'replace', target_label = '', replacement = '$1', regex = '(.*)' } = rule;
  switch (String(action).toLowerCase()) {
    case 'keep':
    case 'drop':
    case 'keepequal':
    case 'dropequal':
    case 'labelkeep':
    case 'labeldrop':
      return [];
    case 'labelmap':
      return mapsToAddress(String(regex), String(replacement), known)
        ? [unknowable(at.to('action'), `labelmap may write ${address}`)]
        : [];
    case 'replace':
      if (target_label === address) {
        if (!String(replacement).includes('$'))
          return isOurs(replacement) ? [] : [leaves(at.to('replacement'), replacement)];
        return [unknowable(at.to('replacement'), `what becomes ${address} is known only when it runs`)];
      }
  }
  return mayBecome(String(target_label), address)
    ? [unknowable(at.to('target_label'), `${String(target_label)} may become ${address}`)]
    : [];
}

const unknowable = (place: Place, message: string): Problem =>
  place.problem(
    `${message}: where it would lead cannot be checked before it starts`,
    'name the addresses of the stack in static_configs (e.g. orders:8889), and relabel other labels',
  );

/** Whether a template with `$1` or `${name}` in it could be filled in to be `text`. */
function mayBecome(template: string, text: string): boolean {
  const parts = template.split(/\$\{\w+\}|\$\w+/).map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

/** Whether any label that a target can have is mapped to its address, other than the address itself. */
function mapsToAddress(regex: string, replacement: string, known: ReadonlySet<string>): boolean {
  if (!mayBecome(replacement, address)) return false;
  const pattern = anchoredGoRegex(regex);
  if (!pattern) return true;
  const name = (template: string) => template.replace(/\$\{(\w+)\}/g, (_, group: string) => `$${group}`);
  return [...known].some((label) => {
    // A label whose name is known only when it runs.
    if (label.includes('$')) return true;
    const isMapped = pattern.test(label) && label.replace(pattern, name(replacement)) === address;
    return isMapped && label !== address;
  });
}
