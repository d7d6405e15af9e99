import { expect } from 'chai';
import { all, parseXml } from '../../reports/samples/xml.ts';
import { printable } from '../../reports/text.ts';
import { nightJunit } from './junit.ts';
import { sampleNight } from './sample-night.ts';

describe("the night's junit.xml", () => {
  const night = sampleNight();
  const root = parseXml(nightJunit(night));

  it('has the suite of every drill, and counts what it holds', () => {
    const drills = night.flatMap(({ records }) => records);
    const suites = root.children.map(({ name, attributes }) => [name, attributes.name]);
    expect(suites).to.deep.equal([
      ...drills.map(({ scenario }) => ['testsuite', `firedrill ${scenario.name}`]),
      ['testsuite', 'firedrill nightly'],
    ]);
    for (const counted of [root, ...root.children]) {
      expect(counted.attributes.tests).to.equal(String(all(counted, 'testcase').length));
      expect(counted.attributes.failures).to.equal(String(all(counted, 'failure').length));
      expect(counted.attributes.errors).to.equal(String(all(counted, 'error').length));
    }
    const ids = root.children.map(({ attributes }) => attributes.id).filter((id) => id !== undefined);
    expect(ids).to.deep.equal(drills.map(({ id }) => printable(id)));
  });

  it('has the commands of which no record tells', () => {
    const cases = all(root, 'testcase').filter(
      ({ attributes }) => attributes.classname === 'firedrill.nightly',
    );
    expect(cases.map(({ attributes, children }) => [attributes.name, children[0]?.name])).to.deep.equal([
      ['no daemon', 'error'],
      ['killed', 'error'],
      ['npm test', undefined],
    ]);
    expect(cases[0]?.children[0]?.text).to.contain('--runtime docker: no daemon answers');
    expect(cases[0]?.children[0]?.attributes.message).to.contain('ended with exit code 3');
  });

  it('is a whole document before anything has ended', () => {
    expect(parseXml(nightJunit([])).attributes).to.include({ tests: '0', failures: '0', errors: '0' });
  });
});
