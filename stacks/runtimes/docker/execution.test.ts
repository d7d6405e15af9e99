import { expect } from 'chai';
import type { ComponentSpec, ImageFacts, Program } from '../../component.ts';
import { executionOf, imageFactsOf, toolIn } from './execution.ts';

const image: ImageFacts = {
  reference: 'prom/prometheus:v3',
  entrypoint: ['/bin/prometheus'],
  user: '65534',
  config: '/etc/prometheus',
  data: '/prometheus',
};
const spec = (program: Program, more: Partial<ComponentSpec> = {}): ComponentSpec => ({
  ...{ name: 'one', pod: 'one', program, args: [], env: {}, ports: [80], after: [], image },
  ready: { kind: 'http', port: 80, path: '/' },
  ...more,
});

describe('what a container executes', () => {
  it("is the image's entrypoint with the component's arguments", () => {
    const component = { spec: spec({ kind: 'binary', binary: 'prometheus' }), args: ['-a'], env: { B: 'c' } };
    expect(executionOf(component, 'secret')).to.deep.equal({
      entrypoint: ['/bin/prometheus'],
      args: ['-a'],
      env: { B: 'c' },
    });
  });

  it('is a service of the sample app, with what Node loads before it', () => {
    const program: Program = { kind: 'node', entry: 'app/main.ts', imports: ['app/telemetry.ts'] };
    const app = spec(program, { image: { ...image, home: '/app' } });
    const found = executionOf({ spec: app, args: [], env: {} }, 'secret');
    expect(found.args).to.deep.equal(['--import', './app/telemetry.ts', 'app/main.ts']);
    expect(found.workdir).to.equal('/app');
  });

  it("is a Postgres that has the run's password", () => {
    const found = executionOf(
      { spec: spec({ kind: 'postgres', user: 'shop' }), args: ['-c', 'a=b'], env: {} },
      'secret',
    );
    expect(found.args).to.deep.equal(['postgres', '-F', '-c', 'a=b']);
    expect(found.env).to.include({ POSTGRES_USER: 'shop', POSTGRES_PASSWORD: 'secret' });
  });

  it('is what the image of the user says, but for what the system gives', () => {
    const own = (more: object) => {
      const { image: _, ...bare } = spec({ kind: 'image', reference: 'web:1', files: [], ...more });
      return executionOf({ spec: bare, args: ['-v'], env: { A: 'b' } }, 'secret');
    };
    expect(own({})).to.deep.equal({ args: ['-v'], env: { A: 'b' } });
    expect(own({ entrypoint: ['/web'], user: '7', directory: '/srv' })).to.deep.equal({
      ...{ args: ['-v'], env: { A: 'b' }, entrypoint: ['/web'], user: '7', workdir: '/srv' },
    });
  });

  it("checks with a tool that is beside the image's program, or is it", () => {
    expect(toolIn(image, 'prometheus', 'promtool')).to.equal('/bin/promtool');
    expect(toolIn({ ...image, entrypoint: ['/otelcol-contrib'] }, 'otelcol', 'otelcol')).to.equal(
      '/otelcol-contrib',
    );
    expect(toolIn({ ...image, entrypoint: ['loki'] }, 'loki', 'logcli')).to.equal('logcli');
  });

  it('needs to know the image', () => {
    const { image: _, ...bare } = spec({ kind: 'postgres', user: 'shop' });
    expect(() => imageFactsOf(bare)).to.throw('one has no image description');
  });
});
