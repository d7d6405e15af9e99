import { resolve } from 'node:path';
import type { DrillLine } from '../../core/drill-line.ts';
import { exists } from '../../core/exists.ts';
import type { ProvenAlerts } from '../../core/gate.ts';
import type { Problems } from '../../core/problems.ts';
import type { System } from '../../core/system.ts';
import { project } from '../command/session.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { mergedLines, readDrillLines } from '../ledger/read-lines.ts';
import { readTodaysFiles, type TodaysFiles } from '../ledger/todays-files.ts';
import { systemNameOf } from '../stack/placement.ts';

/** What the ledger of a system needs: the drills before those of the gate, and the files of today. */
export interface LedgerBefore {
  readonly system: string;
  readonly lines: readonly DrillLine[];
  readonly todays: readonly TodaysFiles[];
}

/**
 * Reads what the ledger needs, before the drills.
 *
 * @param file the ledger's file; it need not exist.
 * @param overlay the user's files laid over those of the shop.
 * @param problems receives every problem of the file and of the configuration.
 */
export async function ledgerBefore(
  system: System | undefined,
  file: string,
  overlay: string | undefined,
  problems: Problems,
): Promise<LedgerBefore> {
  const lines = (await exists(file)) ? await problems.readSoon(readDrillLines([file])) : [];
  const laidOver = overlay === undefined ? undefined : resolve(overlay);
  const todays = await readTodaysFiles(system, laidOver, project, problems);
  return { system: systemNameOf(system ? { system } : {}), lines: lines ?? [], todays };
}

/** How many alerts of the files are proven, by the drills before and those of the gate. */
export function provenAlerts(
  { system, lines, todays }: LedgerBefore,
  now: readonly DrillLine[],
  required: number,
): ProvenAlerts {
  const { alerts } = ledgerOf(system, mergedLines([...lines, ...now]), todays, Date.now());
  return {
    required,
    alerts: alerts.length,
    proven: alerts.filter(({ state }) => state === 'proven').length,
  };
}
