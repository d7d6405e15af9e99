import type { Labels } from '../core/labels.ts';
import type { AlertEvidence, AlertmanagerAlert, DrillRecord, Suppression } from '../core/record.ts';
import { timeOfDay } from './text.ts';

/** Alerts of one name that the same thing kept from being notified. */
export interface Suppressed {
  readonly alert: string;
  readonly kind: Suppression['kind'];
  /** `inhibited by DatabaseDown`, and the like. */
  readonly text: string;
  /** The label sets of the alerts. */
  readonly labels: readonly Labels[];
  /** When, epoch milliseconds. Absent: the record only says that it happened. */
  readonly stretches: readonly { readonly from: number; readonly to: number; readonly ended: boolean }[];
}

/** What kept alerts from being notified, in the order of time. */
export function suppressed(record: DrillRecord): Suppressed[] {
  const timed = record.evidence?.suppressions ?? [];
  const all = [
    ...timed.map((one) => ({ ...one, stretch: stretchOf(one) })),
    ...(record.evidence?.alerts ?? []).flatMap((alert) => untimed(alert, timed)),
  ];
  const groups = Map.groupBy(all, (one) => JSON.stringify([one.labels.alertname, suppressionText(one)]));
  return [...groups.values()].flatMap((own): Suppressed[] => {
    const [first] = own;
    if (!first) return [];
    const labels = new Map(own.map((one) => [keyOf(one.labels), one.labels]));
    return [
      {
        ...{ alert: first.labels.alertname ?? '', kind: first.kind, text: suppressionText(first) },
        labels: [...labels.values()],
        stretches: own.flatMap(({ stretch }) => stretch ?? []),
      },
    ];
  });
}

type Kept = Pick<Suppression, 'kind' | 'by' | 'labels' | 'inhibitor' | 'silence' | 'contactPoint'>;

const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());

const stretchOf = ({ from, to, endedAt }: Suppression): Suppressed['stretches'][number] => ({
  from,
  to: endedAt ?? to,
  ended: endedAt !== undefined,
});

/** What the evidence of an expected alert says without times: in older records, and of muting in Grafana. */
function untimed({ alertmanager }: AlertEvidence, timed: readonly Suppression[]) {
  const kept = alertmanager.flatMap((held) => keptBy(held));
  return kept
    .filter(
      ({ kind, by, labels }) =>
        !timed.some((one) => one.kind === kind && one.by === by && keyOf(one.labels) === keyOf(labels)),
    )
    .map((one) => ({ ...one, stretch: undefined }));
}

const keptBy = ({ labels, inhibitedBy, silencedBy, mutedBy, inhibitors = [] }: AlertmanagerAlert): Kept[] => [
  ...inhibitedBy.map((by): Kept => {
    const inhibitor = inhibitors.find(({ fingerprint }) => fingerprint === by)?.labels;
    return { kind: 'inhibited', by, labels, ...(inhibitor ? { inhibitor } : {}) };
  }),
  ...silencedBy.map((by): Kept => ({ kind: 'silenced', by, labels })),
  ...mutedBy.map((by): Kept => ({ kind: 'muted', by, labels })),
];

function suppressionText({ kind, by, inhibitor, silence, contactPoint }: Kept): string {
  switch (kind) {
    case 'inhibited':
      return `inhibited by ${inhibitor ? labelled(inhibitor) : `an alert that was not seen (fingerprint ${by})`}`;
    case 'silenced':
      return silence ? `silenced ${silenceText(silence)}` : `silenced by the silence ${by}`;
    case 'muted':
      return `muted by the time interval ${by}${contactPoint === undefined ? '' : `, for ${contactPoint}`}`;
  }
}

const silenceText = ({ createdBy, comment, endsAt }: NonNullable<Suppression['silence']>): string =>
  `${createdBy ? `by ${createdBy} ` : ''}until ${timeOfDay(endsAt)}${comment ? `: “${comment}”` : ''}`;

function labelled({ alertname = '', ...rest }: Labels): string {
  const shown = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
  return shown.length > 0 ? `${alertname} {${shown.join(', ')}}` : alertname;
}
