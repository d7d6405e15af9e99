import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { paces } from '../../core/pace.ts';
import { within } from '../../core/path.ts';
import { Problems } from '../../core/problems.ts';
import { parseScenario, type Scenario, type ScenarioInput, type StackName } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { scenarioNamed, scenarios } from '../../scenarios/index.ts';
import { placementOf } from '../stack/placement.ts';
import { type Asked, checkInput } from './check-input.ts';
import { ownPlacement } from './placed.ts';
import { project } from './session.ts';

const rules = (rule: string) => `groups:\n  - name: mine\n    rules:\n${rule}`;
const checkoutRule = rules('      - { alert: CheckoutErrorRateHigh, expr: up == 0, for: 2m }\n');

describe('the input of a command', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'check-input-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  interface Given {
    readonly scenario?: Scenario;
    readonly stack?: StackName;
    /** Files of the user's configuration. */
    readonly files?: Readonly<Record<string, string>>;
    readonly asked?: Partial<Asked>;
  }

  const told = async ({
    scenario = scenarioNamed('checkout-errors'),
    stack = 'metrics',
    files,
    asked,
  }: Given) => {
    for (const [path, text] of Object.entries(files ?? {})) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    const problems = new Problems();
    await checkInput(
      [{ scenario, whereOf: within('my.yaml'), placements: [placementOf(scenario, stack, 'sidecar')] }],
      {
        pace: paces.fast,
        runtime: 'process',
        ports: new Map(),
        ...(files ? { overlay: directory } : {}),
        ...asked,
      },
      project,
      problems,
    );
    return problems.all.map(({ where, message, hint = '' }) => [
      where.replaceAll(directory, 'mine'),
      message.replaceAll(directory, 'mine'),
      hint.replaceAll(directory, 'mine'),
    ]);
  };
  const like = (changes: Partial<ScenarioInput>) =>
    parseScenario({ ...checkoutErrors, proofs: [], ...changes }, 'my.yaml');
  const page = {
    kind: 'page',
    alert: 'CheckoutErrorRateHigh',
    receiver: 'slack',
    within: '5m',
    resolvedWithin: '8m',
  } as const;

  it('is without fault in every scenario of the project, wherever it runs', async () => {
    for (const scenario of scenarios) {
      for (const stack of scenario.stacks)
        expect(await told({ scenario, stack }), `${scenario.name} on ${stack}`).to.deep.equal([]);
      expect(ownPlacement(scenario).stack).to.equal(scenario.stacks[0]);
    }
    // It reads the configuration of every stack.
  }).timeout(240_000);

  it('names an expected alert that no rule has, by its place in the scenario', async () => {
    const scenario = like({
      stacks: ['full', 'metrics'],
      expectations: [
        { ...page, alert: 'Bug Report', receiver: 'telegram', stacks: ['full'] },
        { ...page, alert: 'CheckoutErorrRateHigh' },
      ],
    });
    const [[where, message, hint] = [], ...others] = await told({
      scenario,
      files: { 'prometheus/rules/checkout.yml': checkoutRule },
    });
    expect(others).to.deep.equal([]);
    expect(where).to.equal('my.yaml: expectations[1].alert');
    expect(message).to.include('no rule of the configuration is called "CheckoutErorrRateHigh"');
    expect(hint).to.match(
      /^did you mean CheckoutErrorRateHigh\? .*CheckoutErrorRateHigh is at mine\/prometheus\/rules\/checkout\.yml:4$/,
    );
  });

  it('names the rule that decides, where the configuration cannot meet an expectation', async () => {
    const [[where, message] = []] = await told({
      scenario: like({ stacks: ['metrics'], expectations: [{ ...page, within: '1m' }] }),
      files: { 'prometheus/rules/checkout.yml': checkoutRule },
    });
    expect(where).to.equal('my.yaml: expectations[0].within');
    expect(message).to.match(
      /^1m is 4\.0 s at fast pace; the configuration of CheckoutErrorRateHigh \(mine\/prometheus\/rules\/checkout\.yml:4\) alone takes up to /,
    );
  });

  it('refuses to detect within 5 minutes by a rule that waits for 5 minutes', async () => {
    const file = 'prometheus/rules/checkout.yml';
    const written = await readFile(join(project, 'stacks', 'config-deployments', file), 'utf8');
    const scenario = scenarioNamed('payment-deploy');
    const waiting = (length: string) =>
      told({ scenario, files: { [file]: written.replace('for: 2m', `for: ${length}`) } });
    const [problem, ...others] = await waiting('5m');
    expect(problem?.slice(0, 2).join(': ')).to.match(
      /^my\.yaml: expectations\[0\]\.within: 5m is 20\.0 s at fast pace; .* alone takes up to 2\d\.\d s .*for 20\.0 s/,
    );
    expect(others).to.deep.equal([]);
    expect(await waiting('3m')).to.deep.equal([]);
  });

  it('tells the faults of all files and those of the scenario at once', async () => {
    const all = await told({
      scenario: like({ stacks: ['metrics'], expectations: [{ ...page, alert: 'CheckoutErorrs' }] }),
      files: {
        'prometheus/rules/checkout.yml': rules(
          '      - { alert: CheckoutErrors, expr: up == 0, four: 2m }\n',
        ),
        'alertmanager/alertmanager.yml': 'route: { receiver: webhok }\nreceivers: [{ name: webhook }]\n',
      },
      asked: { ports: new Map([['promteus', 9090]]) },
    });
    expect(all.map(([where, , hint]) => [where, hint?.split('?')[0]])).to.deep.equal([
      ['--port promteus=9090', 'did you mean prometheus'],
      ['mine/prometheus/rules/checkout.yml:4: groups[mine].rules[CheckoutErrors].four', 'did you mean for'],
      ['mine/alertmanager/alertmanager.yml:1: route.receiver', 'did you mean webhook'],
      ['my.yaml: expectations[0].alert', 'did you mean CheckoutErrors'],
    ]);
  });

  it('guesses nothing of rules that may be in a file which cannot be read, or is not there', async () => {
    const scenario = like({ stacks: ['metrics'], expectations: [{ ...page, alert: 'Mine' }] });
    const unread = await told({ scenario, files: { 'prometheus/rules/mine.yml': 'groups: [' } });
    expect(unread.map(([where]) => where)).to.deep.equal(['mine/prometheus/rules/mine.yml:1']);
    const misplaced = await told({
      scenario,
      files: { 'prometheus/rules/mine.yml': 'groups: []', 'prometheus/mine.yml': checkoutRule },
    });
    expect(misplaced.map(([where]) => where)).to.deep.equal(['--config mine/prometheus/mine.yml']);
  });

  it('names the folder that is not there beside what is wrong without it', async () => {
    const nowhere = join(directory, 'nowhere');
    const all = await told({ asked: { overlay: nowhere, ports: new Map([['x', 1]]) } });
    expect(all.map(([where, message]) => [where, message])).to.deep.equal([
      ['--port x=1', 'the stack has no such component'],
      ['--config mine/nowhere', 'does not exist'],
    ]);
    const problems = new Problems();
    await checkInput(
      [],
      { pace: paces.fast, runtime: 'auto', ports: new Map(), overlay: nowhere },
      project,
      problems,
    );
    expect(problems.all.map(({ message }) => message)).to.deep.equal(['does not exist']);
  });

  it('tells what the fault needs, and of the runtime only where that is asked for', async () => {
    const fault = { ...checkoutErrors.fault, kind: 'disconnect-instance', params: { pod: 'storefront-9' } };
    const scenario = like({ stacks: ['metrics'], fault, expectations: [page] });
    const needs = async (runtime: Asked['runtime']) =>
      (await told({ scenario, asked: { runtime } })).map(([where, message]) => `${where}: ${message}`);
    const pod = 'my.yaml: fault: it needs storefront-9, which is not part of the stack';
    expect(await needs('auto')).to.deep.equal([pod]);
    expect(await needs('process')).to.deep.equal([
      pod,
      'my.yaml: fault: it disconnects an instance from the network, which the runtime process cannot do',
    ]);
  });

  it('tells what a receiver knows and cannot', async () => {
    const all = await told({
      scenario: scenarioNamed('monthly-rent'),
      stack: 'full',
      files: { 'receivers/telegram.yml': 'bot_tokn: "7:mine"\nchat_id: -5\n' },
    });
    expect(all.map(([where, message]) => [where, message])).to.deep.equal([
      ['mine/receivers/telegram.yml:1: bot_tokn', 'there is no such key'],
    ]);
  });
});
