import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseScenario } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { Recorder } from '../record/recorder.ts';
import { Redaction } from '../record/redaction.ts';
import { OpenStack } from './open-stack.ts';

describe('a stack that serves several drills', () => {
  let runs: string;
  beforeEach(async () => {
    runs = await mkdtemp(join(tmpdir(), 'open-stack-'));
  });
  afterEach(() => rm(runs, { recursive: true }));

  async function drillNamed(id: string) {
    const directory = { id, path: join(runs, id), logs: join(runs, id, 'logs') };
    for (const own of [directory.logs, join(directory.path, 'config')]) await mkdir(own, { recursive: true });
    const start = { stack: { runtime: 'process' } } as ConstructorParameters<typeof Recorder>[0];
    const recorder = new Recorder(
      start,
      () => {},
      async () => {},
    );
    return { directory, recorder, redaction: new Redaction(), lost: new AbortController() };
  }
  const ended = (id: string) => ({
    ...{ id, scenario: parseScenario(checkoutErrors, 'checkout-errors') },
    ...{ injectedAt: 0, healthyFrom: 0, forgottenAt: 0, notified: [] },
  });

  it('tells each drill whether its connections are watched', async () => {
    const [first, second] = [await drillNamed('first'), await drillNamed('second')];
    const stack = new OpenStack(first, undefined);
    await stack.serve(first);
    expect(first.recorder.record.confinement).to.deep.equal({ watched: true, outside: [] });
    stack.unwatch();
    expect(first.recorder.record.confinement).to.deep.equal({ watched: false, outside: [] });
    await stack.release(ended('first'));
    await stack.serve(second);
    expect(second.recorder.record.confinement).to.deep.equal({ watched: false, outside: [] });
    await stack.close();
  });

  it('ends the drill that runs when a component is lost, and the next one when none runs', async () => {
    const [first, second] = [await drillNamed('first'), await drillNamed('second')];
    const stack = new OpenStack(first, undefined);
    await stack.serve(first);
    await stack.release(ended('first'));
    stack.lose(new Error('orders ended'));
    expect(first.lost.signal.aborted).to.equal(false);
    expect(stack.troubleSince([])).to.deep.equal({ kind: 'component lost', detail: 'orders ended' });
    await stack.serve(second);
    expect(second.lost.signal.aborted).to.equal(true);
    await stack.close();
  });

  it('leaves each drill its own part of the logs', async () => {
    const [first, second] = [await drillNamed('first'), await drillNamed('second')];
    const log = join(first.directory.logs, 'orders.log');
    const stack = new OpenStack(first, undefined);
    await stack.serve(first);
    await writeFile(log, 'one\n');
    await stack.release(ended('first'));
    await stack.serve(second);
    await writeFile(log, 'two\n', { flag: 'a' });
    await stack.close();
    expect(await readFile(log, 'utf8')).to.equal('one\n');
    expect(await readFile(join(second.directory.logs, 'orders.log'), 'utf8')).to.equal('two\n');
  });
});
