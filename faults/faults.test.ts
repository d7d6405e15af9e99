import { expect } from 'chai';
import { prepareOf } from './index.ts';
import * as kinds from './kinds.ts';
import { type FaultParams, refusalOf, scenarioWith } from './testing/scenario.ts';

const prepareFault = prepareOf(Object.values(kinds));
const prepared = (kind: string, params?: FaultParams) => prepareFault(scenarioWith(kind, params));
const refusal = (kind: string, params?: FaultParams) => refusalOf(() => prepared(kind, params));

describe('faults', () => {
  it('names the known ones when asked for another', () => {
    expect(refusal('meteor')).to.include('there is no fault "meteor"').and.include('kill-instance');
  });

  it('names every parameter that is wrong', () => {
    const text = refusal('traffic-change', { factor: 20, extra: 'x' });
    expect(text).to.include('try: fault.params.factor').and.include('extra');
  });

  const wrong: [kind: string, params: FaultParams, at: string][] = [
    ['rolling-restart', { pods: [] }, 'pods'],
    ['rolling-restart', { pods: ['web', 'web'] }, 'pods'],
    ['pause-instance', {}, 'pod'],
    ['kill-component', {}, 'component'],
    ['pause-component', { component: '' }, 'component'],
    ['traffic-change', { factor: 1 }, 'factor'],
    ['network-link', { link: 'web-to-db', latencyMs: -1 }, 'latencyMs'],
    ['network-link', { link: 'web-to-db', jitterMs: 5, timeoutMs: 0 }, 'jitterMs'],
    ['http-link', { link: 'web-to-db', answer: { status: 99 } }, 'answer'],
    ['http-link', { link: 'web-to-db', share: 2, answer: { status: 500 } }, 'share'],
    ['http-link', { link: 'web-to-db', path: 'pay', answer: { status: 500 } }, 'path'],
    ['command', { breaks: 'a queue', inject: ['stop'] }, 'revert'],
    ['command', { breaks: 'a queue', inject: [], revert: ['start'] }, 'inject'],
    ['http-call', { breaks: 'x', inject: { pod: 'web', port: 80, path: '/a' } }, 'revert'],
    ['traffic-change', { factor: -1 }, 'factor'],
  ];
  for (const [kind, params, at] of wrong) {
    it(`refuses ${kind} with ${JSON.stringify(params)}`, () => {
      expect(refusal(kind, params)).to.include(`try: fault.params.${at}`);
    });
  }

  it('refuses a network link to which nothing, or several things, happen', () => {
    const link = 'web-to-db';
    for (const params of [{ link }, { link, latencyMs: 5, down: true }])
      expect(refusal('network-link', params)).to.include('expected one of latencyMs, kibPerSecond');
  });

  const known: [kind: string, params: FaultParams, errorRatio: number | undefined, description: string][] = [
    ['kill-component', { component: 'loki' }, undefined, 'loki is killed'],
    ['failing-rule', {}, undefined, 'a rule is deployed to Prometheus that fails to evaluate'],
    ['disconnect-instance', { pod: 'web-2' }, undefined, 'web-2 is cut off from the network'],
    ['kill-instance', { pod: 'web-2' }, undefined, 'web-2 is killed'],
    ['kill-instance', { pod: 'postgres' }, undefined, 'postgres is killed'],
    ['rolling-restart', { pods: ['web', 'web-2'] }, undefined, 'web, web-2 restarted one after the other'],
    ['pause-instance', { pod: 'web-2' }, undefined, 'web-2 is paused'],
    [
      'network-link',
      { link: 'web-to-db', latencyMs: 300, jitterMs: 50 },
      undefined,
      'the link web-to-db is 300 ± 50 ms slower',
    ],
    ['network-link', { link: 'db', down: true }, undefined, 'the link db accepts no connection'],
    ['network-link', { link: 'db', timeoutMs: 0 }, undefined, 'the link db passes no data'],
    [
      'http-link',
      { link: 'web-to-pay', share: 0.3, method: 'POST', path: '/charges', answer: { status: 503 } },
      undefined,
      '30 % of the requests POST /charges on web-to-pay are answered 503',
    ],
    [
      'http-link',
      { link: 'web-to-pay', answer: { truncate: true } },
      undefined,
      '100 % of the requests / on web-to-pay get half of the response',
    ],
    [
      'command',
      { breaks: 'the queue is stopped', inject: ['stop'], revert: ['start'] },
      undefined,
      'the queue is stopped',
    ],
    ['traffic-change', { factor: 0.2 }, undefined, 'the load falls to 20 %'],
    ['traffic-change', { factor: 3 }, undefined, 'the load rises to 300 %'],
  ];
  for (const [kind, params, errorRatio, description] of known) {
    it(`says of ${kind} with ${JSON.stringify(params)} what it will do`, () => {
      expect(prepared(kind, params)).to.include({ errorRatio, description });
    });
  }

  it('restarts one instance after the other, and starts the one at which it was interrupted', async () => {
    const fault = prepared('rolling-restart', { pods: ['web', 'web-2'] });
    const asked: string[] = [];
    const ended = new AbortController();
    const context = {
      url: () => '',
      secret: '',
      seed: 1,
      signal: ended.signal,
      multiplyLoad: async () => {},
      run: async () => {},
      terminate: async (pod: string) => void asked.push(`end ${pod}`),
      restart: async (pod: string) => void asked.push(`start ${pod}`),
    };
    await fault.inject(context);
    expect(asked.splice(0)).to.deep.equal(['end web', 'start web', 'end web-2', 'start web-2']);
    const interrupted = async () => {
      asked.push('interrupted');
      ended.abort(new Error('the drill was interrupted'));
    };
    const reason = await fault.inject({ ...context, restart: interrupted }).catch(String);
    expect(reason).to.equal('Error: the drill was interrupted');
    await fault.revert(context);
    expect(asked).to.deep.equal(['end web', 'interrupted', 'start web', 'start web-2']);
  });

  it('says what each needs of the stack', () => {
    expect(prepared('network-link', { link: 'db', latencyMs: 600 }).needs).to.deep.equal({
      pods: ['toxiproxy'],
      links: ['db'],
      abilities: [],
    });
    for (const ability of ['kill', 'pause', 'disconnect']) {
      expect(prepared(`${ability}-instance`, { pod: 'web-2' }).needs).to.deep.equal({
        pods: ['web-2'],
        services: ['web-2'],
        orDatabase: ability === 'kill',
        abilities: [ability],
      });
    }
    for (const ability of ['kill', 'pause']) {
      const { needs, stops } = prepared(`${ability}-component`, { component: 'web-sidecar' });
      expect(needs).to.deep.equal({ pods: [], components: ['web-sidecar'], abilities: [ability] });
      expect(stops).to.deep.equal(['web-sidecar']);
    }
    expect(prepared('kill-instance', { pod: 'web-2' }).stops).to.deep.equal([]);
  });
});
