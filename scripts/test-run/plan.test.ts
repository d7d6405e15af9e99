import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { planOf } from './plan.ts';

const files = [
  'core/a.test.ts',
  'core/a.ts',
  'harness/kill.integration.ts',
  'harness/broken-copies-full.integration.ts',
  'harness/broken-copies.integration.ts',
  'harness/broken-copies-docker.integration.ts',
  'harness/ended-docker.integration.ts',
  'harness/scenarios.integration.ts',
  'harness/broken-additions.nightly.ts',
  'harness/further-docker.nightly.ts',
  'harness/kill.nightly.ts',
  'configuration/routes/route.integration.ts',
  'stacks/images/images.integration.ts',
  'stacks/config.integration.ts',
  'systems/shop/faults.integration.ts',
  'node_modules/other/b.test.ts',
  '.firedrill/c.test.ts',
  '.github/workflows/pull-request.yml',
];

describe('the plan of a test run', () => {
  let project = '';
  before(async () => {
    project = await mkdtemp(join(tmpdir(), 'firedrill-plan-'));
    for (const file of files) {
      await mkdir(dirname(join(project, file)), { recursive: true });
      await writeFile(join(project, file), '');
    }
  });
  after(() => rm(project, { recursive: true, force: true }));

  const plan = async (...only: string[]) => {
    const phases = await planOf({ project, only, actionlint: '/bin/actionlint', colour: false });
    return phases.map(({ lanes }) =>
      lanes.map(({ atOnce, background, repeated, steps }) => ({
        atOnce,
        ...(background ? { background } : {}),
        ...(repeated ? { repeated } : {}),
        names: steps.map(({ name }) => name),
      })),
    );
  };

  it('has every kind of test in its order: whole drills last, those in containers beside the others', async () => {
    expect(await plan()).to.deep.equal([
      [{ atOnce: 2, names: ['biome', 'oxlint', 'tsc', 'actionlint', 'unit tests'] }],
      [
        {
          atOnce: 2,
          repeated: true,
          names: [
            'stacks/config.integration.ts',
            'stacks/images/images.integration.ts',
            'systems/shop/faults.integration.ts',
            'configuration/routes/route.integration.ts',
          ],
        },
        {
          atOnce: 1,
          background: true,
          repeated: true,
          names: ['harness/ended-docker.integration.ts', 'harness/kill.integration.ts'],
        },
      ],
      [
        {
          atOnce: 3,
          names: [
            'harness/scenarios.integration.ts',
            'harness/broken-copies-full.integration.ts',
            'harness/broken-copies.integration.ts',
          ],
        },
        { atOnce: 1, names: ['harness/broken-copies-docker.integration.ts'] },
      ],
    ]);
  });

  it('contains only files of this project', async () => {
    const [phase] = await planOf({ project, only: ['core/'], actionlint: '', colour: false });
    expect(phase?.lanes[0]?.steps.map(({ args }) => args.at(-1))).to.deep.equal(['core/a.test.ts']);
    const [checks] = await planOf({ project, only: ['actionlint'], actionlint: '', colour: false });
    expect(checks?.lanes[0]?.steps[0]?.args.at(-1)).to.equal('.github/workflows/pull-request.yml');
  });

  it('contains the files of the nightly only when asked', async () => {
    const only = ['harness/broken-additions', 'harness/further-docker', 'harness/kill.nightly'];
    expect(await plan(...only)).to.deep.equal([]);
    const phases = await planOf({ project, only, nightly: true, actionlint: '', colour: false });
    expect(phases.map(({ lanes }) => lanes.map(({ steps }) => steps.map(({ name }) => name)))).to.deep.equal([
      [['harness/kill.nightly.ts']],
      [['harness/broken-additions.nightly.ts'], ['harness/further-docker.nightly.ts']],
    ]);
  });

  it('selects by path prefix or by the name of a checker', async () => {
    expect(await plan('harness/kill', 'tsc')).to.deep.equal([
      [{ atOnce: 2, names: ['tsc'] }],
      [{ atOnce: 1, background: true, repeated: true, names: ['harness/kill.integration.ts'] }],
    ]);
    expect(await plan('nowhere/')).to.deep.equal([]);
  });
});
