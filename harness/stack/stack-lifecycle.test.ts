import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseScenario } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { Recorder } from '../record/recorder.ts';
import { Redaction } from '../record/redaction.ts';
import { StackLifecycle } from './stack-lifecycle.ts';

describe('a stack that several drills use', () => {
  let runs: string;
  beforeEach(async () => {
    runs = await mkdtemp(join(tmpdir(), 'stack-lifecycle-'));
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
    return { directory, recorder, redaction: new Redaction(), componentLost: new AbortController() };
  }
  const ended = (id: string) => ({
    ...{ id, scenario: parseScenario(checkoutErrors, 'checkout-errors') },
    ...{ injectedAt: 0, healthyFrom: 0, rulesUnaffectedFrom: 0, notified: [] },
  });

  it('records in each drill whether its connections are watched', async () => {
    const [first, second] = [await drillNamed('first'), await drillNamed('second')];
    const stack = new StackLifecycle(first, undefined);
    await stack.beginDrill(first);
    expect(first.recorder.record.confinement).to.deep.equal({ watched: true, outside: [] });
    stack.reportUnwatched();
    expect(first.recorder.record.confinement).to.deep.equal({ watched: false, outside: [] });
    await stack.endDrill(ended('first'));
    await stack.beginDrill(second);
    expect(second.recorder.record.confinement).to.deep.equal({ watched: false, outside: [] });
    await stack.close();
  });

  it('ends the drill that runs when a component is lost, and the next one when none runs', async () => {
    const [first, second] = [await drillNamed('first'), await drillNamed('second')];
    const stack = new StackLifecycle(first, undefined);
    await stack.beginDrill(first);
    await stack.endDrill(ended('first'));
    stack.reportLost(new Error('orders ended'));
    expect(first.componentLost.signal.aborted).to.equal(false);
    expect(stack.reuseObstacle([])).to.deep.equal({ kind: 'component lost', detail: 'orders ended' });
    await stack.beginDrill(second);
    expect(second.componentLost.signal.aborted).to.equal(true);
    await stack.close();
  });

  it('copies its own part of the logs to each drill', async () => {
    const [first, second] = [await drillNamed('first'), await drillNamed('second')];
    const log = join(first.directory.logs, 'orders.log');
    const stack = new StackLifecycle(first, undefined);
    await stack.beginDrill(first);
    await writeFile(log, 'one\n');
    await stack.endDrill(ended('first'));
    await stack.beginDrill(second);
    await writeFile(log, 'two\n', { flag: 'a' });
    await stack.close();
    expect(await readFile(log, 'utf8')).to.equal('one\n');
    expect(await readFile(join(second.directory.logs, 'orders.log'), 'utf8')).to.equal('two\n');
  });

  it('is stopped, and keeps no secret, when the files of a drill cannot be copied', async () => {
    const [first, second] = [await drillNamed('first'), await drillNamed('second')];
    const secret = 'a-password-of-the-team';
    for (const { redaction } of [first, second]) redaction.learn([secret]);
    const configured = ({ directory }: typeof first) => join(directory.path, 'config', 'grafana.ini');
    await writeFile(configured(first), `password = ${secret}\n`);
    const stack = new StackLifecycle(first, undefined);
    const stopped: string[] = [];
    stack.scope.defer('stop the components', () => void stopped.push('components'));
    await stack.beginDrill(first);
    await stack.endDrill(ended('first'));
    await stack.beginDrill(second);
    // It cannot be copied as a file.
    await mkdir(join(first.directory.logs, 'orders.log'));
    const failed = await stack.endDrill(ended('second')).catch((error: unknown) => error);
    expect(failed).to.be.an('error');
    expect(stopped).to.deep.equal(['components']);
    for (const drill of [first, second])
      expect(await readFile(configured(drill), 'utf8')).to.equal('password = [redacted]\n');
  });
});
