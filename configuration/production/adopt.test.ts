import { expect } from 'chai';
import { secretsOf } from '../confined/secrets.ts';
import { adopt } from './adopt.ts';

const file = 'prometheus/prometheus.yml';
const adopted = (text: string, path = file) =>
  adopt(new Map([[path, text]]), new Map(), [path], [{ pod: 'web', ports: [8080] }]);

const withOthers = `# ours
remote_write:
  - url: https://mimir.example/api/v1/push
    basic_auth: { username: a, password: correct-horse-battery-staple }
scrape_configs:
  - job_name: web
    static_configs:
      - targets: ["web:8080"]   # kept
tracing:
  endpoint: tempo.example:4317
`;

describe('adopt', () => {
  it('leaves out what leads to other stores, and lists it with file, line and path', () => {
    const files = adopted(withOthers);
    expect(files.yaml(file)).to.deep.equal({
      scrape_configs: [{ job_name: 'web', static_configs: [{ targets: ['web:8080'] }] }],
    });
    expect(files.get(file)).to.contain('# kept');
    const { replacements } = files.adoption;
    expect(replacements.map(({ line, path, what }) => [line, path, what])).to.deep.equal([
      [2, 'remote_write', 'left out'],
      [9, 'tracing', 'left out'],
    ]);
    expect(JSON.stringify(replacements)).to.not.contain('correct-horse');
  });

  it('changes nothing where there is nothing to replace, and no file of the project', () => {
    const text = "scrape_configs: [ {job_name:  'web'} ]   # as it is\n";
    expect(adopted(text).get(file)).to.equal(text);
    const ofProject = adopt(new Map([[file, withOthers]]), new Map(), [], []);
    expect(ofProject.get(file)).to.equal(withOthers);
    expect(ofProject.adoption.replacements).to.deep.equal([]);
  });

  it('keeps the lines of the file as it is written', () => {
    expect(adopted(withOthers).place(file).to('scrape_configs', 0, 'static_configs').where).to.equal(
      `${file}:7: scrape_configs[web].static_configs`,
    );
  });

  it('leaves a file that cannot be read as it is', () => {
    expect(adopted('remote_write: [').get(file)).to.equal('remote_write: [');
  });

  it('hides the secrets of what it leaves out', () => {
    expect(secretsOf(adopted(withOthers))).to.include('correct-horse-battery-staple');
  });
});
