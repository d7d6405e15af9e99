import { complaintsIn } from '../../signals/readers/component-log.ts';

/**
 * Returns up to 20 warnings and errors of Grafana's contact points, each with the kind of the contact point. Only the log
 * shows that a message template failed: Grafana then sends the message truncated.
 *
 * @param log Grafana's log, one JSON object per line.
 * @param since earlier lines are ignored; epoch milliseconds.
 */
export function contactPointErrorsIn(log: string, since: number): string[] {
  const found = complaintsIn(log, since).flatMap(({ message, error, texts: { logger = '', integration } }) =>
    error === undefined || !logger.startsWith('ngalert.notifier')
      ? []
      : [`Grafana, ${integration ?? logger.split('.').at(-1)}: ${message}: ${error}`],
  );
  return [...new Set(found)].slice(0, 20);
}
