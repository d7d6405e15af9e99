/**
 * Prometheus' duration units in milliseconds;
 * https://prometheus.io/docs/prometheus/latest/querying/basics/#float-literals-and-time-durations
 */
export const units = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

const grammar = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/**
 * Parses a duration in Prometheus' syntax (`2m`, `1h30m`, `500ms`, `0`).
 *
 * @returns milliseconds, or `undefined` for any other text.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const parts = grammar.exec(text);
  if (!parts || text === '') return undefined;
  return units.reduce((sum, [, ms], i) => sum + Number(parts[i + 1] ?? 0) * ms, 0);
}

/** Formats milliseconds, rounded to whole ones, in Prometheus' syntax, e.g. `1m30s`. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms);
  if (rest === 0) return '0s';
  let text = '';
  // Weeks and years are not used: `9d` is easier to read than `1w2d`.
  for (const [unit, size] of units.slice(2)) {
    const n = Math.floor(rest / size);
    if (n > 0) text += `${n}${unit}`;
    rest -= n * size;
  }
  return text;
}

/** Formats milliseconds for people, e.g. `9.4 s`, `3 m 20 s`. */
export function humanDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
  if (Math.abs(ms) < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  const s = Math.round(ms / 1000);
  return s % 60 ? `${Math.floor(s / 60)} m ${s % 60} s` : `${s / 60} m`;
}
