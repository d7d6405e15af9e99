import { glob, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import type { DrillLine } from '../../core/drill-line.ts';
import { exists } from '../../core/exists.ts';
import type { Ledger } from '../../core/ledger.ts';
import { Problems } from '../../core/problems.ts';
import type { DrillRecord } from '../../core/record.ts';
import { appendDrillLines } from '../../harness/ledger/append-lines.ts';
import { ledgerOf } from '../../harness/ledger/ledger.ts';
import { drillLineOf } from '../../harness/ledger/line-of-record.ts';
import { readDrillLines } from '../../harness/ledger/read-lines.ts';
import { readTodaysFiles } from '../../harness/ledger/todays-files.ts';
import { systemNameOf } from '../../harness/stack/placement.ts';
import { renderHistory } from '../../reports/ledger/history.ts';

/** The drills of all nights so far: a file of drill lines, and a page beside it. */
export class NightlyHistory {
  readonly file: string;
  readonly #folder: string;

  /** @param folder that of this nightly run; its name is that of the night. */
  constructor(file: string, folder: string) {
    this.file = file;
    this.#folder = folder;
  }

  get page(): string {
    return join(dirname(this.file), `${basename(this.file, extname(this.file))}.html`);
  }

  /** @throws FiredrillError `bad-input` if the file has lines that are no drill lines, or cannot be written. */
  async open(): Promise<void> {
    await this.#lines();
    await appendDrillLines(this.file, []);
  }

  async add(records: readonly DrillRecord[]): Promise<void> {
    const night = basename(this.#folder);
    await appendDrillLines(
      this.file,
      records.map((record) => ({ ...drillLineOf(record), night })),
    );
  }

  /**
   * Draws the page.
   *
   * @param project the project's own directory.
   */
  async draw(project: string): Promise<void> {
    const lines = await this.#lines();
    const ledger = await ledgerToday(lines, project);
    const reports = await this.#reports();
    await writeFile(this.page, renderHistory({ lines, reports, ...(ledger ? { ledger } : {}) }));
  }

  async #lines(): Promise<DrillLine[]> {
    return (await exists(this.file)) ? await readDrillLines([this.file]) : [];
  }

  /** The reports of this night, and of earlier ones that are still beside the history; paths from the page. */
  async #reports(): Promise<Map<string, string>> {
    const beside = dirname(this.file);
    const reports = new Map<string, string>();
    for (const [cwd, pattern] of [
      [beside, '*/runs/*/*/report.html'],
      [this.#folder, 'runs/*/*/report.html'],
    ] as const) {
      for await (const path of glob(pattern, { cwd }))
        reports.set(basename(dirname(path)), relative(beside, join(cwd, path)));
    }
    // A link to the last run is no run.
    reports.delete('latest');
    return reports;
  }
}

/** `undefined` if the files of today cannot be used. */
async function ledgerToday(lines: readonly DrillLine[], project: string): Promise<Ledger | undefined> {
  const problems = new Problems();
  const todays = await readTodaysFiles(undefined, undefined, project, problems);
  return problems.all.length > 0 ? undefined : ledgerOf(systemNameOf({}), lines, todays, Date.now());
}
