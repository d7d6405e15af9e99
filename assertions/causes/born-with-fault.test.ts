import { expect } from 'chai';
import { died, type Row, rowsHold } from '../testing/autopsy.ts';
import { at } from '../testing/basics.ts';
import { neverTrue } from '../testing/evidence.ts';
import { bornWithFault } from './born-with-fault.ts';

const born = [
  { selector: 'errors_total{code="502"}', labels: { code: '502' }, firstAt: at(1.2), firstValue: 4, rise: 0 },
];
const text = String(bornWithFault.cause);
const rows: Row[] = [
  [
    text,
    'expression true',
    died(neverTrue({ born })),
    'errors_total{code="502"}: {code="502"} began 1.2 s after the injection, at 4, and rose by 0 since',
  ],
];

describe('a counter that was born with the fault', () => {
  rowsHold(rows);
  it('is no cause where none was, or where the rule fired', () => {
    expect(died(neverTrue({ born: [] }))?.cause).to.equal('the threshold was never crossed');
    expect(died({ ...neverTrue({ born }), trueStretches: [{ from: at(1), to: at(6) }] })?.cause).not.to.equal(
      text,
    );
  });
  it('comes after a metric that does not exist', () => {
    const selectors = [{ text: 'x', metric: 'x', series: 0, nearest: [], labelsFound: [] }];
    expect(died(neverTrue({ born, selectors }))?.cause).to.equal(
      'a metric that the rule reads does not exist',
    );
  });
});
