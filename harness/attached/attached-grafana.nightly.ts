/* Drills of a staging's Grafana: a page that arrives, one whose route is lost, and one whose copy somebody removes. */
import { expect } from 'chai';
import {
  type GrafanaOptions,
  grafanaState,
  grafanaYaml,
  removeCopies,
  shopDownPage,
} from './testing/live-grafana.ts';
import { breakShop, stagingYaml } from './testing/live-staging.ts';
import { autopsyOf, StagingTest } from './testing/staging-test.ts';

const scenario = breakShop({ expectations: [shopDownPage] });

describe('a Grafana that runs already', function () {
  this.timeout(900_000);

  /** Prometheus' own rule is never true. */
  async function started(test: StagingTest, options: GrafanaOptions = {}) {
    const staging = await test.start({ threshold: 1 });
    const grafana = await test.startGrafana(staging, options);
    const drill = () => test.drill(stagingYaml(staging, grafanaYaml(grafana, staging)), { scenario });
    return { staging, grafana, drill };
  }

  it('pages an emulated receiver by a copy, and is left as it was', async () => {
    await using test = new StagingTest();
    const { staging, grafana, drill } = await started(test);
    const before = await grafanaState(grafana);
    const { exitCode, kept, stderr, left } = await drill();
    expect(kept?.record.verdicts.filter(({ outcome }) => outcome !== 'pass')).to.deep.equal([]);
    expect(exitCode, stderr).to.equal(0);
    expect(kept?.record.pages[0]).to.deep.include({ alert: 'Shop Down', contactPoints: ['team'] });
    expect(grafana.reached, 'those whom it reaches otherwise').to.deep.equal(['/team', '/team']);
    expect(await grafanaState(grafana)).to.deep.equal(before);
    expect(JSON.stringify(kept)).not.to.contain(grafana.token);
    expect(staging.state.broken).to.equal(false);
    expect(left).to.deep.equal([]);
  });

  it('whose route is lost fails at the page', async () => {
    await using test = new StagingTest();
    const { grafana, drill } = await started(test, { routed: false });
    const result = await drill();
    expect(result.exitCode, result.stderr).to.equal(1);
    expect(autopsyOf(result)?.hop).to.equal('page received');
    expect(grafana.reached).to.include('/all');
  });

  it('whose copy somebody removes while the drill runs fails there, and says so', async () => {
    await using test = new StagingTest();
    const { staging, grafana, drill } = await started(test);
    staging.state.onBroken = () => removeCopies(grafana);
    const result = await drill();
    expect(result.exitCode, result.stderr).to.equal(1);
    expect(autopsyOf(result)).to.deep.include({
      hop: 'page received',
      cause: 'the copy of the pages was removed while the drill ran',
    });
    expect(grafana.reached, 'those whom it reaches otherwise').to.include('/team');
    expect(staging.state.broken).to.equal(false);
  });
});
