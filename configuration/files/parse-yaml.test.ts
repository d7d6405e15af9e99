import { expect } from 'chai';
import { UsedFiles } from './files.ts';
import { documentOf, orEmpty, yamlOf } from './parse-yaml.ts';
import { readYaml } from './read-yaml.ts';

describe('a text of YAML', () => {
  it('is parsed once, with its merge keys', () => {
    const text = 'a: &a { b: 1 }\nc: { <<: *a }\n';
    expect(yamlOf(text)).to.deep.equal({ a: { b: 1 }, c: { b: 1 } });
    expect(yamlOf(text)).to.equal(yamlOf(text));
    expect(documentOf(text)).to.equal(documentOf(text));
  });

  it('stays as it is when whoever read it changes it', () => {
    readYaml('a.yml', 'a: 1\n').set('a', 2);
    expect(String(readYaml('a.yml', 'a: 1\n'))).to.equal('a: 1\n');
  });

  it('throws its first fault, or says nothing', () => {
    expect(() => yamlOf('a: [')).to.throw(/Flow sequence/);
    expect(orEmpty('a: [')).to.deep.equal({});
    expect([yamlOf(''), yamlOf('[a]'), yamlOf()]).to.deep.equal([{}, {}, {}]);
  });

  it('is still known after a thousand other files, and forgotten after many characters', () => {
    const first = documentOf('first: 1');
    for (let i = 0; i < 1_000; i++) documentOf(`other: ${i}`);
    expect(documentOf('first: 1')).to.equal(first);
    for (let i = 0; i < 2; i++) documentOf(`other: ${i}${'x'.repeat(5_000_000)}`);
    expect(documentOf('first: 1')).to.not.equal(first);
  });

  it('is what a file says, and nothing where there is no such file', () => {
    const files = new UsedFiles([['prometheus/prometheus.yml', 'a: 1']]);
    expect(files.yaml('prometheus/prometheus.yml')).to.deep.equal({ a: 1 });
    expect(files.yaml('prometheus/other.yml')).to.deep.equal({});
  });
});
