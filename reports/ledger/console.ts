import type { Ledger, LedgerAlert, LedgerState } from '../../core/ledger.ts';
import { type Cell, table } from '../console/table.ts';
import { count, dateTime, oneLine } from '../text.ts';
import { floorsText, inOrder, mttdsText, provenText, whyText } from './facts.ts';

/** How a state is coloured, if at all. */
export type PaintState = (state: LedgerState, text: string) => string;

/** The name of an alert, with its place if several have the name. */
const nameOf = ({ alert, where }: LedgerAlert, { alerts }: Ledger): string =>
  alerts.filter((one) => one.alert === alert).length > 1 ? `${alert} (${where})` : alert;

/** The ledger as a table for a console. */
export function ledgerText(ledger: Ledger, columns: number, paint: PaintState = (_, text) => text): string {
  const rows = inOrder(ledger).map((alert): Cell[] => {
    const { state, drill } = alert;
    const why = whyText(alert);
    return [
      { text: oneLine(nameOf(alert, ledger)) },
      { text: oneLine(why === '' ? state : `${state}: ${why}`), paint: (text) => paint(state, text) },
      { text: drill ? dateTime(drill.at).replace(/:\d\d UTC$/, ' UTC') : '–' },
      { text: drill ? oneLine(drill.scenario) : '–' },
      { text: mttdsText(alert) },
      { text: floorsText(alert) },
    ];
  });
  const head = ['alert', 'state', 'last drill', 'scenario', 'MTTD', 'floor best / mean / worst'];
  return [
    `${oneLine(ledger.system)}: ${provenText(ledger)}, by ${count(ledger.drills, 'drill')}`,
    ...(rows.length > 0 ? ['', ...table(head, rows, columns)] : []),
    '',
  ].join('\n');
}
