import { expect } from 'chai';
import { Place } from '../files/place.ts';
import { checkShapes } from './check-shapes.ts';

const problems = (config: unknown) =>
  checkShapes(new Place('a.yaml', ''), config).map(
    ({ where, message }) => `${where.split(': ')[1]}: ${message}`,
  );

describe('checkShapes', () => {
  it('names every part that is of another form than it should be, at any depth', () => {
    expect(
      problems({
        contactPoints: { name: 'a' },
        policies: [null, { routes: ['b', { routes: 'c' }] }],
        groups: [{ rules: [{ labels: ['d'], data: [{ model: null }, { model: 'e' }] }] }],
      }),
    ).to.deep.equal([
      'contactPoints: expected a list',
      'policies[0]: expected a map (key: value)',
      'policies[1].routes[0]: expected a map (key: value)',
      'policies[1].routes[1].routes: expected a list',
      'groups[0].rules[0].labels: expected a map (key: value)',
      'groups[0].rules[0].data[1].model: expected a map (key: value)',
    ]);
  });

  it('takes parts that are empty or not there, and does not look into what is a kind’s own', () => {
    expect(
      problems({ groups: null, datasources: [{ jsonData: { data: 'x', queries: [1] } }] }),
    ).to.deep.equal([]);
    for (const config of [null, [], 'text']) expect(problems(config)).to.deep.equal([]);
  });
});
