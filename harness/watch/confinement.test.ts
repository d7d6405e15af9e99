import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RuntimeName } from '../../core/runtime.ts';
import { Recorder } from '../record/recorder.ts';
import { outsideConnectionHandler } from './confinement.ts';

describe('confinement', () => {
  let config: string;
  beforeEach(async () => {
    config = await mkdtemp(join(tmpdir(), 'confinement-'));
    await mkdir(join(config, 'orders-sidecar'));
    await writeFile(join(config, 'orders-sidecar', 'sidecar.yaml'), 'endpoint: 127.0.0.77:4317\n');
  });
  afterEach(() => rm(config, { recursive: true }));

  const found = { component: 'orders', protocol: 'tcp', address: '127.0.0.77:4317', at: 1 } as const;
  async function toldOn(runtime: RuntimeName) {
    const start = { stack: { runtime } } as ConstructorParameters<typeof Recorder>[0];
    const recorder = new Recorder(
      start,
      () => {},
      async () => {},
    );
    const lost = new AbortController();
    const tell = outsideConnectionHandler(config, () => ({
      recorder,
      endDrill: (error) => lost.abort(error),
    }));
    expect(lost.signal.aborted).to.equal(false);
    await recorder.phase('warm up', {}, async () => tell(found));
    expect(lost.signal.aborted).to.equal(true);
    expect(recorder.record.confinement?.outside).to.deep.equal([found]);
    return recorder.record.problem;
  }

  it("breaks the drill in the phase of the connection, and searches the configuration of the pod's sidecar too", async () => {
    const problem = await toldOn('docker');
    expect(problem).to.include({ kind: 'broken', phase: 'warm up' });
    expect(problem?.problems[0]?.hint).to.match(/^named by sidecar\.yaml:1; /);
  });

  it('names no other component if the component is known', async () => {
    const problem = await toldOn('process');
    expect(problem).to.include({ kind: 'broken', phase: 'warm up' });
    expect(problem?.problems[0]?.hint).to.not.include('sidecar.yaml');
  });
});
