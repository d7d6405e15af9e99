const alarming = ['warn', 'error', 'eror'];

/**
 * What Grafana's contact points complained of since a moment, each with the kind of the contact point: a template that
 * fails when it is executed is told nowhere but in Grafana's log, and the message goes out cut short.
 *
 * @param log Grafana's, one JSON object a line.
 * @param since epoch milliseconds.
 */
export function contactPointComplaints(log: string, since: number): string[] {
  const found = log.split('\n').flatMap((line) => {
    // Nearly every line is about something else.
    if (!line.includes('ngalert.notifier')) return [];
    const entry = parseLine(line);
    const { t, time, level, lvl, logger = '', integration, msg, error, err } = entry;
    if (!logger.startsWith('ngalert.notifier') || !alarming.includes(level ?? lvl ?? '')) return [];
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
