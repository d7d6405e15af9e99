import { expect } from 'chai';
import { UsedFiles, WrittenFiles } from './files.ts';
import { filesOfPair, mainPair, metaPair, plainFolder, plainPath, plainPathWithin } from './pairs.ts';

const texts = [
  ['prometheus/prometheus.yml', 'a: 1'],
  ['alertmanager/alertmanager.yml', 'b: 1'],
  ['meta-prometheus/prometheus.yml', 'a: 2'],
  ['meta-prometheus/rules/own.yml', 'groups: []'],
  ['loki/loki.yaml', 'c: 1'],
] as const;

describe('the files of a pair', () => {
  it('have the paths of the main pair, beside what is of no pair', () => {
    expect([...filesOfPair(new UsedFiles(texts), metaPair)]).to.deep.equal([
      ['prometheus/prometheus.yml', 'a: 2'],
      ['prometheus/rules/own.yml', 'groups: []'],
      ['loki/loki.yaml', 'c: 1'],
    ]);
    expect([...filesOfPair(new UsedFiles(texts), mainPair).keys()]).to.deep.equal([
      'prometheus/prometheus.yml',
      'alertmanager/alertmanager.yml',
      'loki/loki.yaml',
    ]);
  });

  it('are still shown to a person where they are', () => {
    const names = new Map([['meta-prometheus/prometheus.yml', 'mine/meta-prometheus/prometheus.yml']]);
    const files = filesOfPair(new WrittenFiles(texts, names), metaPair);
    expect(files.state).to.equal('written');
    expect(files.place('prometheus/prometheus.yml').file).to.equal('mine/meta-prometheus/prometheus.yml');
    expect(files.place('prometheus/rules/own.yml').file).to.equal('meta-prometheus/rules/own.yml');
    expect(files.place('loki/loki.yaml').file).to.equal('loki/loki.yaml');
  });

  it('are known by their plain paths', () => {
    expect(plainPath('meta-alertmanager/alertmanager.yml')).to.equal('alertmanager/alertmanager.yml');
    expect(plainPath('loki/loki.yaml')).to.equal('loki/loki.yaml');
    expect(plainPath('meta-loki/loki.yaml')).to.equal('meta-loki/loki.yaml');
    expect(plainFolder('meta-prometheus')).to.equal('prometheus');
    expect(plainFolder('grafana')).to.equal('grafana');
    expect(plainPathWithin('/run/config/meta-prometheus/rules/own.yml')).to.equal(
      '/run/config/prometheus/rules/own.yml',
    );
    expect(plainPathWithin('/run/not-meta-prometheus/own.yml')).to.equal('/run/not-meta-prometheus/own.yml');
  });
});
