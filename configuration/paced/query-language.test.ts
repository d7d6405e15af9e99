import { expect } from 'chai';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { WrittenFiles } from '../files/files.ts';
import { languageOf, languagesIn } from './query-language.ts';

describe('the language of a query', () => {
  it('is that of its data source, whatever the name', () => {
    const file = (name: string) => `grafana/provisioning/datasources/${name}`;
    const files = new WrittenFiles([
      [
        file('a.yaml'),
        'datasources: [{ uid: lines, type: loki }, { uid: mine, type: prometheus }, { uid: x, type: tempo }]',
      ],
      [file('broken.yaml'), 'datasources: ['],
      [file('notes.txt'), 'datasources: [{ uid: no, type: loki }]'],
    ]);
    expect([...languagesIn(files)]).to.deep.equal([
      ['lines', 'logql'],
      ['mine', 'promql'],
    ]);
  });

  it('is the one in which it parses, where nothing tells', () => {
    expect(languageOf('sum(rate(a[5m])) > 3')).to.equal('promql');
    expect(languageOf('sum(rate({a="b"} | json | c > 5m [5m])) > 3')).to.equal('logql');
    expect(problemsOf(() => languageOf('select 5 from a'))).to.have.length(1);
  });
});
