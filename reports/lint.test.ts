import { expect } from 'chai';
import { renderLintJunit, renderSarif } from './lint.ts';
import { all, parseXml } from './testing/xml.ts';

const found = [
  {
    kind: 'no-runbook',
    where: 'rules/shop.yml:14: groups[shop].rules[A]',
    message: 'A has no runbook',
    hint: 'add one',
  },
  { kind: 'refused', where: 'firedrill.yaml', message: 'does not exist & <more>' },
];

describe('reports of lint', () => {
  it('note what is replaced, which is no fault', () => {
    const replaced = { kind: 'replaced', where: 'a.yml:2: tracing', message: 'left out: it would leave' };
    const [{ results }] = JSON.parse(renderSarif([replaced], '1.2.3')).runs;
    expect(results[0]).to.deep.include({ ruleId: 'replaced', level: 'note' });
    expect(renderLintJunit([replaced]))
      .to.contain('failures="0"')
      .and.not.contain('tracing');
  });

  it('are SARIF with file, line and level', () => {
    const { version, runs } = JSON.parse(renderSarif(found, '1.2.3'));
    expect(version).to.equal('2.1.0');
    const [{ tool, results }] = runs;
    expect(tool.driver).to.deep.include({ name: 'firedrill', version: '1.2.3' });
    expect(tool.driver.rules).to.deep.equal([{ id: 'no-runbook' }, { id: 'refused' }]);
    expect(results[0]).to.deep.include({
      ruleId: 'no-runbook',
      level: 'warning',
      message: { text: 'A has no runbook: add one' },
    });
    expect(results[0].locations[0].physicalLocation).to.deep.equal({
      artifactLocation: { uri: 'rules/shop.yml' },
      region: { startLine: 14 },
    });
    expect(results[1]).to.include({ level: 'error' });
    expect(results[1].locations[0].physicalLocation).to.deep.equal({
      artifactLocation: { uri: 'firedrill.yaml' },
    });
  });

  it('are JUnit with a failed case for each finding, and one that passed without any', () => {
    const suites = parseXml(renderLintJunit(found));
    expect(suites.attributes).to.include({ tests: '2', failures: '2' });
    expect(all(suites, 'failure')).to.have.length(2);
    const none = parseXml(renderLintJunit([]));
    expect(none.attributes).to.include({ tests: '1', failures: '0' });
    expect(all(none, 'failure')).to.deep.equal([]);
  });
});
