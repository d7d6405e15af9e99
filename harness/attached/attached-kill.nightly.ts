/*
 * Drills that are killed by SIGKILL in each phase, on a staging with Prometheus, Alertmanager and Grafana behind TLS, a
 * token and paths.
 */
import { expect } from 'chai';
import { type PhaseName, phaseNames } from '../../core/hops.ts';
import { type Front, startFront } from './testing/front.ts';
import { grafanaState, grafanaYaml, type LiveGrafana, shopDownPage } from './testing/live-grafana.ts';
import {
  breakShop,
  type LiveStaging,
  shopBrokenPage,
  stagingState,
  stagingYaml,
} from './testing/live-staging.ts';
import { type StagingFolder, StagingTest } from './testing/staging-test.ts';

/** Whether the phase is one of these or between them. */
const isWithin = (phase: PhaseName, first: PhaseName, last: PhaseName): boolean =>
  phaseNames.slice(phaseNames.indexOf(first), phaseNames.indexOf(last) + 1).includes(phase);

describe('a staging whose drill was killed', function () {
  this.timeout(900_000);
  let test: StagingTest;
  let staging: LiveStaging;
  let grafana: LiveGrafana;
  let front: Front;
  let folder: StagingFolder;
  let asItWas: readonly string[];

  before(async () => {
    test = new StagingTest();
    staging = await test.start();
    grafana = await test.startGrafana(staging);
    front = await startFront(test.scope, grafana.token, {
      ...{ prom: staging.prometheusUrl, am: staging.alertmanagerUrl, graf: grafana.url },
    });
    const yaml = stagingYaml(staging, {
      hosts: ['localhost', '127.0.0.1'],
      prometheus: front.backEnd('prom'),
      alertmanager: front.backEnd('am'),
      grafana: { ...grafanaYaml(grafana, staging).grafana, ...front.backEnd('graf') },
    });
    const scenario = breakShop({ expectations: [{ ...shopBrokenPage, within: '30s' }, shopDownPage] });
    folder = await test.folder(yaml, { ...front, scenario });
    asItWas = await state();
  });
  after(async () => await test[Symbol.asyncDispose]());

  const state = async () => [...(await stagingState(staging)), ...(await grafanaState(grafana))];
  const names = ['ca.pem', 'scenario.yaml', 'staging.yaml'];
  const forever = () => new Promise<void>(() => {});

  /** Kills a drill in a phase: one that injects or reverts in the middle of its request. */
  async function kill(phase: PhaseName): Promise<void> {
    let isHeld = !['inject', 'revert'].includes(phase);
    const hold = () => {
      isHeld = true;
      return forever();
    };
    if (phase === 'inject') staging.state.onBroken = hold;
    if (phase === 'revert') staging.state.onMend = hold;
    const told = await folder.killIn(phase, () => isHeld);
    delete staging.state.onBroken;
    delete staging.state.onMend;
    expect(told).not.to.contain(grafana.token);
    expect(staging.state.broken, 'the fault is there').to.equal(isWithin(phase, 'inject', 'revert'));
    if (isWithin(phase, 'warm up', 'collect evidence'))
      expect(await state(), 'the copy is there').not.to.deep.equal(asItWas);
  }

  async function expectAsItWas(): Promise<void> {
    expect(staging.state.broken).to.equal(false);
    expect(await state()).to.deep.equal(asItWas);
    expect(await folder.names()).to.deep.equal(names);
  }

  for (const phase of phaseNames)
    it(`in “${phase}” is as it was after --clean`, async () => {
      await kill(phase);
      const cleaned = await folder.clean();
      expect(cleaned.exitCode, cleaned.stderr).to.equal(0);
      await expectAsItWas();
    });

  it('is drilled again: the drill undoes what is left first', async () => {
    await kill('await pages');
    const result = await folder.drill();
    expect(result.kept?.record.verdicts.filter(({ outcome }) => outcome !== 'pass')).to.deep.equal([]);
    expect(result.exitCode, result.stderr).to.equal(0);
    await expectAsItWas();
  });

  it('was sent nothing but GET requests, apart from the copies', () => {
    const others = front.asked.filter((one) => !one.startsWith('GET '));
    const copies = '/graf/api/v1/provisioning/contact-points';
    expect(
      others.filter((one) => !one.startsWith(`POST ${copies}`) && !one.startsWith(`DELETE ${copies}/`)),
    ).to.deep.equal([]);
    expect(others).not.to.deep.equal([]);
  });
});
