/** What the adapter reads of an alert in a webhook of Alertmanager. */
export interface Alert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  /** When it began to fire. */
  readonly startsAt: string;
}

/** What the adapter reads of an Application of Argo CD. */
export interface Deployed {
  readonly operation?: unknown;
  readonly status: {
    readonly history?: readonly {
      readonly id: number;
      readonly revision: string;
      readonly deployStartedAt?: string;
      readonly deployedAt: string;
      readonly initiatedBy?: { readonly username?: string };
    }[];
  };
}

export type Decision =
  | { readonly action: 'roll back'; readonly id: number; readonly from: string; readonly to: string }
  | { readonly action: 'none'; readonly reason: string }
  /** The controller refused. */
  | { readonly action: 'failed'; readonly reason: string };

const none = (reason: string): Decision => ({ action: 'none', reason });

/**
 * Decides by the deployments alone, so a restart of the adapter forgets nothing: an alert keeps firing for as long as its
 * window sees the errors, and is repeated meanwhile.
 *
 * @param account under which the adapter rolls back.
 * @param recentMs how long after a deployment an alert counts as its effect.
 */
export function decide(
  { startsAt }: Pick<Alert, 'startsAt'>,
  { operation, status: { history = [] } }: Deployed,
  account: string,
  recentMs: number,
): Decision {
  if (operation !== undefined) return none('an operation is in progress');
  const last = history.at(-1);
  if (!last) return none('nothing was deployed');
  if (last.initiatedBy?.username === account) return none('it was rolled back already');
  const afterMs = Date.parse(startsAt) - Date.parse(last.deployStartedAt ?? last.deployedAt);
  if (afterMs < 0) return none(`the alert is older than the deployment of ${last.revision}`);
  if (afterMs > recentMs)
    return none(`the last deployment, ${last.revision}, is not recent: ${last.deployedAt}`);
  const previous = history.findLast(({ revision }) => revision !== last.revision);
  if (!previous) return none(`nothing was deployed before ${last.revision}`);
  return { action: 'roll back', id: previous.id, from: last.revision, to: previous.revision };
}
