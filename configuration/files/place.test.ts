import { expect } from 'chai';
import { YAMLMap } from 'yaml';
import { Place } from './place.ts';

const rules = `# ours
groups:
  - name: checkout
    rules:
      - alert: Slow
        expr: |
          up
            == 0
      - record: a:b
        expr: up
      - expr: up
  - name: twice
    rules: []
  - name: twice
    rules: []
`;

describe('Place', () => {
  const place = new Place('mine/checkout.yml', rules);

  it('tells the line, and the entries of lists by their names', () => {
    expect(place.to('groups', 0, 'rules', 0, 'expr').where).to.equal(
      'mine/checkout.yml:6: groups[checkout].rules[Slow].expr',
    );
    expect(place.to('groups', 0).to('rules').to(1).where).to.equal(
      'mine/checkout.yml:9: groups[checkout].rules[a:b]',
    );
    expect(place.to('groups', 0, 'rules', 0).line).to.equal('mine/checkout.yml:5');
  });

  it('reads the names of a list once, however many of its entries are told', () => {
    const many = Array.from({ length: 50 }, (_, i) => `  - alert: Alert${i}\n`);
    const one = new Place('many.yml', `rules:\n${many.join('')}`);
    const { get } = YAMLMap.prototype;
    let reads = 0;
    YAMLMap.prototype.get = function (this: YAMLMap, ...args: Parameters<typeof get>) {
      reads += 1;
      return get.apply(this, args);
    } as typeof get;
    try {
      expect(one.to('rules', 49).where).to.equal('many.yml:51: rules[Alert49]');
      const once = reads;
      expect(one.to('rules', 7, 'alert').where).to.equal('many.yml:9: rules[Alert7].alert');
      expect({ once: once > 0, later: reads - once }).to.deep.equal({ once: true, later: 0 });
    } finally {
      YAMLMap.prototype.get = get;
    }
  });

  it('tells an entry without a name of its own by its number', () => {
    expect(place.to('groups', 0, 'rules', 2, 'expr').where).to.equal(
      'mine/checkout.yml:11: groups[checkout].rules[2].expr',
    );
    expect(place.to('groups', 2, 'name').where).to.equal('mine/checkout.yml:14: groups[2].name');
  });

  it('tells the line of what a missing part would stand in', () => {
    expect(place.to('groups', 0, 'rules', 1, 'labels', 'team').where).to.equal(
      'mine/checkout.yml:9: groups[checkout].rules[a:b].labels.team',
    );
    expect(place.to('groups', 7, 'name').where).to.equal('mine/checkout.yml:2: groups[7].name');
    expect(place.to('global').where).to.equal('mine/checkout.yml: global');
    expect(place.where).to.equal('mine/checkout.yml');
  });

  it('follows aliases, and what is merged into a map', () => {
    const text =
      'base: &base\n  for: 1m\n  more: &more { x: 1 }\na:\n  <<: *base\nb: *base\nc:\n  <<: [*more, *base]\n';
    const at = (...path: string[]) => new Place('f', text).to(...path).where;
    expect(at('a', 'for')).to.equal('f:2: a.for');
    expect(at('b', 'for')).to.equal('f:2: b.for');
    expect(at('c', 'for')).to.equal('f:2: c.for');
  });

  it('tells a place of JSON, and of what does not parse or is empty', () => {
    expect(new Place('f.json', '[\n\t{ "name": "db",\n\t  "listen": 1 }\n]').to(0, 'listen').where).to.equal(
      'f.json:3: [db].listen',
    );
    expect(new Place('f', '').to('a', 0, 'b').where).to.equal('f: a[0].b');
    expect(new Place('f', 'a: [').to('b').where).to.equal('f: b');
  });

  it('makes a problem', () => {
    expect(place.to('groups', 1).problem('is empty')).to.deep.equal({
      where: 'mine/checkout.yml:12: groups[1]',
      message: 'is empty',
    });
    expect(place.problem('is odd', 'mend it')).to.deep.equal({
      where: 'mine/checkout.yml',
      message: 'is odd',
      hint: 'mend it',
    });
  });
});
