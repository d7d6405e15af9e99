const loggedLevels = ['warn', 'error', 'eror'];

/**
 * Returns up to 20 warnings and errors of Grafana's contact points, each with the kind of the contact point. Only the log
 * shows that a message template failed: Grafana then sends the message truncated.
 *
 * @param log Grafana's log, one JSON object per line.
 * @param since earlier lines are ignored; epoch milliseconds.
 */
export function contactPointErrorsIn(log: string, since: number): string[] {
  const found = log.split('\n').flatMap((line) => {
    // Nearly every line is about something else.
    if (!line.includes('ngalert.notifier')) return [];
    const entry = parseLine(line);
    const { t, time, level, lvl, logger = '', integration, msg, error, err } = entry;
    if (!logger.startsWith('ngalert.notifier') || !loggedLevels.includes(level ?? lvl ?? '')) return [];
    const problem = error ?? err;
    if (problem === undefined || !(Date.parse(t ?? time ?? '') >= since)) return [];
    return [`Grafana, ${integration ?? logger.split('.').at(-1)}: ${msg}: ${problem}`];
  });
  return [...new Set(found)].slice(0, 20);
}

function parseLine(line: string): Partial<Record<string, string>> {
  try {
    const fields: unknown = JSON.parse(line);
    return Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => typeof value === 'string'));
  } catch {
    return {};
  }
}
