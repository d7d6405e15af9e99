import { expect } from 'chai';
import { parse } from 'yaml';
import { FiredrillError } from '../../core/errors.ts';
import { rulesPathOf, rulesText } from './rules-file.ts';

describe('the rules of a file of SLOs', () => {
  it('are beside it, under its name', () => {
    expect(rulesPathOf('/a/mine/slos/shop.yaml')).to.equal('/a/mine/prometheus/rules/slo-shop.yml');
    expect(rulesPathOf('/a/mine/slos/shop.v2.yml')).to.equal('/a/mine/prometheus/rules/slo-shop.v2.yml');
  });

  it('have no place if the file has none', () => {
    for (const file of ['/a/mine/shop.yaml', '/a/slos/shop.json', '/a/slos/.yaml', '/slos/more/shop.yaml'])
      expect(() => rulesPathOf(file), file).to.throw(FiredrillError, 'expected DIR/slos/NAME.yaml');
  });

  it('begin with the command that makes them', () => {
    const text = rulesText('/a/slos/shop.yaml', '\n---\n# Code generated\n\ngroups: []\n\n');
    expect(text.split('\n')[0]).to.equal(
      '# Made by `npm run slos` of ../../slos/shop.yaml: change that file, not this one.',
    );
    expect(parse(text)).to.deep.equal({ groups: [] });
    expect(text).to.match(/[^\n]\n$/);
  });
});
