import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mainPair } from '../../configuration/files/pairs.ts';
import { observerKind } from '../../core/notifier.ts';
import type { Evidence } from '../../core/record.ts';
import { complaintsIn } from '../../signals/readers/component-log.ts';
import type { KnownContactPoint } from '../pages/known-contact-points.ts';
import type { RunningDrill } from '../running-drill.ts';

export type FailedNotification = NonNullable<Evidence['failedNotifications']>[number];

type Source = Pick<FailedNotification, 'manager'> & { readonly since: number };

/** Matches `team/slack[0]: …`. The name of the contact point may contain a slash. */
const integration = /^([\s\S]*?)\/([a-z\d-]+)\[(\d+)\]: /;

/**
 * Returns the failed notifications that a manager logged. Alertmanager logs the failures of one flush in one line, with the
 * integration before each failure; Grafana's own Alertmanager does the same. Grafana's notifiers also log problems with
 * messages that they send nevertheless; those lines name only the notifier's kind.
 *
 * @param log one JSON object per line.
 */
export function failedNotificationsIn(log: string, { manager, since }: Source): FailedNotification[] {
  const found = complaintsIn(log, since).flatMap(
    ({ at, message, error: problem, texts }): FailedNotification[] => {
      if (problem === undefined) return [];
      const common = { at, manager };
      if (message === 'Notify for alerts failed') {
        return failuresIn(problem).map((failure) => ({ ...common, ...failure, final: true }));
      }
      const [, kind, index] = /^(\w+)\[(\d+)\]$/.exec(texts.integration ?? '') ?? [];
      if (texts.receiver !== undefined && kind !== undefined) {
        const place = { contactPoint: texts.receiver, kind, index: Number(index) };
        return [{ ...common, ...place, final: false, message: problem }];
      }
      const [, notifier] = /^ngalert\.notifier\.(\w+)$/.exec(texts.logger ?? '') ?? [];
      if (notifier === undefined || notifier === 'alertmanager') return [];
      return [
        { ...common, kind: notifier, final: false, message: [message, problem].filter(Boolean).join(': ') },
      ];
    },
  );
  const key = ({ at: _, ...rest }: FailedNotification) => JSON.stringify(rest);
  return [...new Map(found.toReversed().map((one) => [key(one), one])).values()].toReversed().slice(0, 50);
}

/** Splits the joined errors of a flush that failed through several integrations. */
function failuresIn(
  problem: string,
): Pick<FailedNotification, 'contactPoint' | 'kind' | 'index' | 'message'>[] {
  const parts = problem.split(/\n|; (?=[^;]*?\/[a-z\d-]+\[\d+\]: )/);
  return parts.flatMap((part) => {
    const [head, contactPoint = '', kind = '', index] = integration.exec(part) ?? [];
    return head === undefined
      ? []
      : [{ contactPoint, kind, index: Number(index), message: part.slice(head.length) }];
  });
}

/** Returns the failed notifications of the user's notifiers from the logs of all managers. `since` in epoch milliseconds. */
export async function failedNotifications(
  { stack, grafana }: Pick<RunningDrill, 'stack' | 'grafana'>,
  since: number,
): Promise<FailedNotification[]> {
  const { components, logs, contactPoints, judged, runtime } = stack;
  // Its logs are not on this machine.
  if (runtime.name === 'attached') return [];
  const names = new Set([judged.alertmanager, mainPair.alertmanager]);
  const running = [...names].filter((name) => components.some(({ spec }) => spec.name === name));
  const ofAlertmanagers = await Promise.all(
    running.map((name) => readFile(join(logs, `${name}.log`), 'utf8')),
  );
  const ofGrafana = grafana?.log === undefined ? '' : await readFile(grafana.log, 'utf8');
  return [
    ...ofAlertmanagers.flatMap((log) => failedNotificationsIn(log, { manager: 'prometheus', since })),
    ...failedNotificationsIn(ofGrafana, { manager: 'grafana', since }),
  ].filter((one) => !isSentToObserver(one, contactPoints));
}

/** Whether a failure belongs to an observer: observers are configured after the user's notifiers of the same kind. */
function isSentToObserver(
  { manager, contactPoint, kind, index = 0 }: FailedNotification,
  contactPoints: readonly KnownContactPoint[],
): boolean {
  if (kind !== observerKind || contactPoint === undefined) return false;
  const own = contactPoints.filter(
    (point) =>
      point.name === contactPoint &&
      point.kind === observerKind &&
      (point.manager === 'grafana') === (manager === 'grafana'),
  );
  return index >= own.length;
}
