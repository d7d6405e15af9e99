import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { recordWith } from '../../assertions/testing/record.ts';
import type { DrillRecord } from '../../core/record.ts';
import { readRecord } from '../../reports/json.ts';
import { sampleRecord } from '../../reports/testing/sample-record.ts';
import type { Drill } from '../running-drill.ts';
import { conclude } from './conclude.ts';
import { Redaction } from './redaction.ts';

describe('conclude', () => {
  let directory = '';
  const notes: string[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'conclude-'));
    notes.length = 0;
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** The parts of a drill that `conclude` uses. */
  const drillOf = (redaction: Pick<Redaction, 'hide'>) =>
    ({
      recorder: { record: { ...recordWith(), id: 'a', verdicts: [], outcome: 'broken' } },
      directory: { id: 'a', path: directory, logs: directory },
      options: {
        tell: (event: { type: string; message?: string }) => notes.push(event.message ?? event.type),
      },
      redaction,
    }) as unknown as Drill;
  const written = async () => await readFile(join(directory, 'record.json'), 'utf8');

  it('writes a record that can be read back, with its outcome unchanged', async () => {
    const { outcome } = await conclude(drillOf(new Redaction()));
    expect(outcome).not.to.equal('broken');
    expect(readRecord(await written()).outcome).to.equal(outcome);
    expect(notes).to.deep.equal([]);
  });

  it('makes the drill broken if the written record is invalid, also in the reports', async () => {
    const hide = <T>(record: T): T => ({
      ...record,
      pages: [{ ...sampleRecord('held').pages[0], precision: 'x' }],
    });
    const { outcome, problem } = await conclude(drillOf({ hide }));
    expect(outcome).to.equal('broken');
    expect(problem?.problems.map(({ where }) => where)).to.deep.equal([
      `${join(directory, 'record.json')}: pages[0].precision`,
    ]);
    expect(notes.join('\n')).to.include('pages[0].precision');
    const { outcome: told } = JSON.parse(await written()) as DrillRecord;
    expect(told).to.equal('broken');
  });
});
