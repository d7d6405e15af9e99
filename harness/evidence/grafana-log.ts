import { complaintsIn } from '../../signals/readers/component-log.ts';

/**
 * What Grafana's contact points complained of since a moment, each with the kind of the contact point: a template that
 * fails when it is executed is told nowhere but in Grafana's log, and the message goes out cut short.
 *
 * @param log Grafana's, one JSON object a line.
 * @param since epoch milliseconds.
 */
export function contactPointComplaints(log: string, since: number): string[] {
  const found = complaintsIn(log, since).flatMap(({ message, error, texts: { logger = '', integration } }) =>
    error === undefined || !logger.startsWith('ngalert.notifier')
      ? []
      : [`Grafana, ${integration ?? logger.split('.').at(-1)}: ${message}: ${error}`],
  );
  return [...new Set(found)].slice(0, 20);
}
