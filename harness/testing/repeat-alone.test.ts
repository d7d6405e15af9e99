import { expect } from 'chai';
import { at } from '../../reports/testing/basics.ts';
import { sampleRecord } from '../../reports/testing/sample-record.ts';
import { isWorthRepeating } from './repeat-alone.ts';

describe('repeating a drill alone', () => {
  const busyUntil = (seconds: number) =>
    sampleRecord('never-crossed', {
      machine: { processors: 2, busy: [{ from: at(30), to: at(seconds) }] },
    });

  it('is worth it after an unexpected result while the machine was busy for 5 s', () => {
    const told: string[] = [];
    const tell = (text: string) => void told.push(text);
    expect(isWorthRepeating('never-crossed', busyUntil(36), tell)).to.equal(true);
    expect(told.join('')).to.match(
      /^\nnever-crossed: ended as fail .* busy for 6 s; it is repeated alone\n$/,
    );
  });

  it('is not worth it if the machine had time, or nothing is known of it', () => {
    expect(isWorthRepeating('never-crossed', busyUntil(34))).to.equal(false);
    expect(isWorthRepeating('never-crossed', sampleRecord('never-crossed'))).to.equal(false);
    expect(isWorthRepeating('never-crossed', undefined)).to.equal(false);
  });
});
