import { expect } from 'chai';
import { parse } from 'yaml';
import { Place } from '../files/place.ts';
import { map } from '../files/yaml.ts';
import { unreachableRoutes } from './check-reachable.ts';

const told = (text: string) =>
  unreachableRoutes(new Place('a.yml', text).to('route'), map(map(parse(text)).route)).map(
    ({ where, message }) => `${where}: ${message}`,
  );
const routes = (...lines: string[]) =>
  told(`route:\n  receiver: a\n  routes:\n${lines.map((line) => `    - ${line}\n`).join('')}`);
const none = 'no alert can reach this route';

describe('a route that no alert can reach', () => {
  it('is not one that matches more, other labels, or what a route before it passes on', () => {
    expect(
      routes(
        '{ matchers: [team = a, severity = page] }',
        '{ matchers: [team = a] }',
        '{ matchers: [severity = page], continue: true }',
        '{ matchers: [severity = page] }',
        '{ matchers: ["severity =~ \\"page|critical\\""] }',
        '{ matchers: [severity = ticket], routes: [{ matchers: [team = b] }, { matchers: [team != b] }] }',
        '{}',
      ),
    ).to.deep.equal([]);
  });

  const rows: [what: string, first: string, second: string][] = [
    [
      'the same matchers',
      '{ matchers: [team = a, severity = page] }',
      '{ matchers: [severity="page", team="a"] }',
    ],
    ['fewer matchers', '{ matchers: [team = a] }', '{ match: { team: a, severity: page } }'],
    ['a pattern that its value satisfies', '{ match_re: { team: "a|b" } }', '{ matchers: [team = b] }'],
    ['a value that it does not have', '{ matchers: [team != a] }', '{ matchers: [team = b] }'],
    ['no matchers', '{ receiver: b }', '{ matchers: [team = b] }'],
    [
      'a pattern that everything satisfies',
      '{ matchers: ["team =~ \\".*\\""] }',
      '{ matchers: [severity = page] }',
    ],
  ];
  for (const [what, first, second] of rows) {
    it(`is one after a route with ${what}`, () => {
      expect(routes(first, second)).to.deep.equal([
        `a.yml:5: route.routes[1]: ${none}: a.yml:4, routes[0], takes every alert that it matches`,
      ]);
    });
  }

  it('is one whose matchers contradict each other, or those of a route above it', () => {
    expect(
      routes(
        '{ matchers: [team = a, "team =~ \\"b|c\\""] }',
        '{ matchers: [team = b], routes: [{ matchers: [severity = page], routes: [{ matchers: [team = c] }] }] }',
      ),
    ).to.deep.equal([
      `a.yml:4: route.routes[0]: ${none}: none satisfies team="a" and team=~"b|c"`,
      `a.yml:5: route.routes[1].routes[0].routes[0]: ${none}: none satisfies team="b" and team="c"`,
    ]);
  });

  it('is told once, without the routes below it', () => {
    expect(
      routes('{ receiver: b }', '{ matchers: [team = b], routes: [{ matchers: [team = c] }] }'),
    ).to.have.length(1);
  });
});
