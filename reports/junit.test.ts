import { expect } from 'chai';
import { renderJunit } from './junit.ts';
import { sampleKinds } from './testing/basics.ts';
import { hostile, hostileRecord } from './testing/hostile.ts';
import { monthlyRentRecord } from './testing/monthly-rent/record.ts';
import { traceId } from './testing/monthly-rent/request.ts';
import { sampleRecord } from './testing/sample-record.ts';
import { all, parseXml, type XmlElement } from './testing/xml.ts';

const suiteOf = (kind: (typeof sampleKinds)[number]) => {
  const [suite] = all(parseXml(renderJunit(sampleRecord(kind))), 'testsuite');
  if (!suite) throw new Error('no suite');
  return suite;
};

const propertiesOf = (element: XmlElement) =>
  Object.fromEntries(all(element, 'property').map(({ attributes: { name, value } }) => [name, value]));

describe('junit.xml', () => {
  for (const kind of sampleKinds) {
    it(`counts what it holds for a drill that ended as ${kind}`, () => {
      const suite = suiteOf(kind);
      expect(suite.attributes.tests).to.equal(String(all(suite, 'testcase').length));
      expect(suite.attributes.failures).to.equal(String(all(suite, 'failure').length));
      expect(suite.attributes.errors).to.equal(String(all(suite, 'error').length));
    });
  }

  it('has one case for each verdict with the measured seconds, the MTTD and the floor', () => {
    const suite = suiteOf('held');
    const [first] = all(suite, 'testcase');
    expect(all(suite, 'testcase')).to.have.length(sampleRecord().verdicts.length);
    expect(first?.attributes).to.deep.equal({
      name: 'CheckoutErrorRateHigh reaches slack within 20 s',
      classname: 'firedrill.checkout-errors',
      time: '10.600',
    });
    expect(first && propertiesOf(first)).to.deep.equal({
      id: 'CheckoutErrorRateHigh@slack/arrives',
      pace: 'fast',
      mttd_seconds: '10.600',
      target_seconds: '20.000',
      floor_best_seconds: '9.020',
      floor_mean_seconds: '10.770',
      floor_worst_seconds: '12.270',
    });
  });

  it('tells a failed expectation, with its autopsy, from a drill that broke', () => {
    const [failure] = all(suiteOf('routed-elsewhere'), 'failure');
    expect(failure?.attributes.message).to.contain('no page CheckoutErrorRateHigh arrived at slack');
    expect(failure?.text).to.contain(
      'Failed at the hop "page received": the alert was routed to another receiver',
    );
    expect(failure?.text).to.contain('sent it to the receiver "blackhole"');
    const broken = suiteOf('broken');
    expect(all(broken, 'failure')).to.have.length(0);
    expect(all(broken, 'error').at(-1)?.text).to.contain('database: connection refused');
  });

  it('is not empty when a drill broke before there was anything to judge', () => {
    const [error] = all(parseXml(renderJunit(sampleRecord('broken', { verdicts: [] }))), 'error');
    expect(error?.attributes.type).to.equal('broken');
  });

  it('tells the proofs and the request that was followed', () => {
    const [out] = all(parseXml(renderJunit(monthlyRentRecord())), 'system-out');
    expect(out?.text.split('\n')).to.include.members([
      'log: 6 lines, all with a trace_id',
      'readiness: 24 checks, all answered with 200',
    ]);
    expect(out?.text).to.contain(`trace ${traceId}: storefront → orders, failed at`);
  });

  it('stays well-formed and keeps foreign text whole', () => {
    const suites = parseXml(renderJunit(hostileRecord()));
    const [failure] = all(suites, 'failure');
    const shown =
      '<script>alert(1)</script> ]]> | a | `b` "c" \'d\' & \\x1b[31mred\\x1b[0m \\x00 \ufffd \\u202e *e* _f_ @org\nsecond';
    expect(failure?.attributes.message).to.equal(shown);
    expect(failure?.text).to.contain(shown);
    expect(hostile).to.not.equal(shown);
  });
});
