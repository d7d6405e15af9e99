import { expect } from 'chai';
import { FiredrillError } from '../core/errors.ts';
import { prepareOf } from './index.ts';
import * as kinds from './kinds.ts';
import { type FaultParams, scenarioWith } from './testing/scenario.ts';
import { undo } from './undo.ts';

const prepareFault = prepareOf(Object.values(kinds));
const prepared = (kind: string, params?: FaultParams) => prepareFault(scenarioWith(kind, params));
const connection = 'postgres://app:{secret}@db:5432/app';
const statements = { inject: ['A'], revert: ['B'] };

describe('faults for any system', () => {
  const known: [kind: string, params: FaultParams, description: string, needs: object][] = [
    [
      'cpu-starved',
      { pod: 'web-2', share: 0.25 },
      'web-2 gets 25 % of its processor time',
      { pods: ['web-2'], services: ['web-2'], abilities: ['throttle'] },
    ],
    [
      'sql',
      { breaks: 'a column is too short', connection, ...statements },
      'a column is too short',
      { pods: ['db'], abilities: [] },
    ],
    [
      'replace-file',
      { file: 'conf/limits.json', by: 'conf/wrong.json', reload: ['web'] },
      'conf/wrong.json is in the place of conf/limits.json',
      {
        pods: ['web'],
        services: ['web'],
        files: ['conf/limits.json', 'conf/wrong.json'],
        abilities: ['replace', 'reconfigure'],
      },
    ],
    ['traffic-change', { factor: 0 }, 'the load stops', { pods: [], abilities: [] }],
  ];
  for (const [kind, params, description, needs] of known)
    it(`say of ${kind} with ${JSON.stringify(params)} what it does and needs, and stop no instance`, () => {
      expect(prepared(kind, params)).to.deep.include({
        description,
        needs,
        stopped: [],
        errorRatio: undefined,
      });
    });

  const wrong: [kind: string, params: FaultParams, at: string][] = [
    ['cpu-starved', { pod: 'web', share: 1 }, 'share'],
    ['cpu-starved', { pod: 'web', share: 0 }, 'share'],
    ['cpu-starved', { share: 0.5 }, 'pod'],
    ['sql', { breaks: 'x', ...statements }, 'connection'],
    ['sql', { breaks: 'x', connection: 'mysql://app@db/app', ...statements }, 'connection'],
    ['sql', { breaks: 'x', connection: 'postgres:///app', ...statements }, 'connection'],
    ['sql', { breaks: 'x', connection, inject: ['A'], revert: [] }, 'revert'],
    ['sql', { breaks: 'x', connection, inject: [''], revert: ['B'] }, 'inject'],
    ['replace-file', { file: '/etc/hosts', by: 'b' }, 'file'],
    ['replace-file', { file: 'conf/../../a', by: 'b' }, 'file'],
    ['replace-file', { file: '..', by: 'b' }, 'file'],
    ['replace-file', { file: '.', by: 'b' }, 'file'],
    ['replace-file', { file: 'a', by: '../b' }, 'by'],
    ['traffic-change', { factor: -0.5 }, 'factor'],
  ];
  for (const [kind, params, at] of wrong)
    it(`refuse ${kind} with ${JSON.stringify(params)}`, () => {
      expect(() => prepared(kind, params)).to.throw(FiredrillError, `try: fault.params.${at}`);
    });

  it('say which instances do no work', () => {
    const stopped = (kind: string) => prepared(kind, { pod: 'web' }).stopped;
    for (const kind of ['kill-instance', 'pause-instance', 'disconnect-instance'])
      expect(stopped(kind)).to.deep.equal(['web']);
  });

  it('are undone once more when that fails, and told when time is up', async () => {
    const ended = new AbortController();
    let tries = 0;
    const [told] = await Promise.allSettled([
      undo(
        async () => {
          tries += 1;
          ended.abort(new Error('no time left'));
          ended.signal.throwIfAborted();
        },
        'start it',
        ended.signal,
      ),
    ]);
    expect(tries).to.equal(1);
    expect(told.status === 'rejected' && String(told.reason))
      .to.include('the fault is not undone: no time left')
      .and.include('undo it by hand: start it');
  });
});
