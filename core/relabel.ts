import { anchoredGoRegex } from './go-regex.ts';
import type { Labels } from './labels.ts';

/*
 * Prometheus' relabelling (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config),
 * except for hashing.
 */

/** An entry as written in the configuration. Missing keys have Prometheus' defaults. */
export type RelabelConfig = Readonly<Record<string, unknown>>;

/** The resulting labels, or the index of the entry that dropped them. */
export type Relabelled = { readonly labels: Record<string, string> } | { readonly droppedBy: number };

/** Expands Go's `$1` and `${1}`; a missing group is empty. */
const expand = (template: string, match: RegExpExecArray): string =>
  template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    if (whole === '$$') return '$';
    const name = braced ?? bare ?? '';
    return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? '';
  });

/**
 * Applies relabelling entries in order.
 *
 * @returns `undefined` if an entry is not supported (`hashmod`, or a regular expression that JavaScript cannot
 * represent).
 */
export function relabel(labels: Labels, configs: readonly RelabelConfig[]): Relabelled | undefined {
  let now: Record<string, string> = { ...labels };
  for (const [index, config] of configs.entries()) {
    const next = apply(now, config);
    if (next === undefined) return undefined;
    if (next === 'dropped') return { droppedBy: index };
    now = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== ''));
  }
  return { labels: now };
}

function apply(labels: Labels, config: RelabelConfig): Record<string, string> | 'dropped' | undefined {
  const text = (key: string, fallback: string) => String(config[key] ?? fallback);
  const sources = Array.isArray(config.source_labels) ? config.source_labels.map(String) : [];
  const value = sources.map((name) => labels[name] ?? '').join(text('separator', ';'));
  const regex = anchoredGoRegex(text('regex', '(.*)'));
  if (!regex) return undefined;
  const target = text('target_label', '');
  const kept = (keep: boolean) => (keep ? { ...labels } : ('dropped' as const));
  const named = (test: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(labels).filter(([name]) => test(name)));
  switch (text('action', 'replace').toLowerCase()) {
    case 'keep':
      return kept(regex.test(value));
    case 'drop':
      return kept(!regex.test(value));
    case 'keepequal':
      return kept(value === (labels[target] ?? ''));
    case 'dropequal':
      return kept(value !== (labels[target] ?? ''));
    case 'replace': {
      const match = regex.exec(value);
      if (!match) return { ...labels };
      return { ...labels, [expand(target, match)]: expand(text('replacement', '$1'), match) };
    }
    case 'lowercase':
      return { ...labels, [target]: value.toLowerCase() };
    case 'uppercase':
      return { ...labels, [target]: value.toUpperCase() };
    case 'labeldrop':
      return named((name) => !regex.test(name));
    case 'labelkeep':
      return named((name) => regex.test(name));
    case 'labelmap': {
      const mapped = Object.entries(labels).flatMap(([name, of]) => {
        const match = regex.exec(name);
        return match ? [[expand(text('replacement', '$1'), match), of] as const] : [];
      });
      return { ...labels, ...Object.fromEntries(mapped) };
    }
    default:
      return undefined;
  }
}
