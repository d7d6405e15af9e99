import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { expect } from 'chai';
import { checkoutErrors } from '../scenarios/checkout-errors.ts';
import type { CliCommand } from './testing/cli.ts';
import { expectRefused, expectUnjudged } from './testing/expect-outcome.ts';
import { refusedCommands } from './testing/overlapping-commands.ts';

const drill = checkoutErrors.name;

/** A command with a scenario in a file. */
const scenarioFile = (name: string, text: string): CliCommand => ({
  args: [`{dir}/${name}`],
  files: { [name]: text },
});

describe('bad input', () => {
  describe('of the command line', () => {
    const command = refusedCommands();

    command(
      'names the scenario that was meant, for each name',
      () => ({ args: ['checkout-erors', 'transient-blipp'] }),
      (ended) =>
        expectRefused(
          ended,
          2,
          'checkout-erors: there is no such scenario',
          /→ did you mean checkout-errors\? npm run scenario lists them/,
          'transient-blipp: there is no such scenario',
          /→ did you mean transient-blip\?/,
        ),
    );
    command(
      'names every option that is wrong',
      () => ({
        args: [drill, '--pase', '--pace', 'quick', '--repeat', '0', '--port', 'prometheus', '--keep=yes'],
      }),
      (ended) =>
        expectRefused(
          ended,
          2,
          '--pase: there is no such option',
          /→ did you mean --pace\? npm run scenario -- --help lists all options/,
          '--keep: takes no value',
          '--pace: there is no "quick"',
          /→ known: fast, real/,
          '--repeat 0: expected a whole number from 1 to 1000',
          '--port prometheus: expected COMPONENT=PORT, e.g. prometheus=9090',
        ),
    );
    command(
      'names what is wrong with the scenario and the configuration beside the options',
      () => ({
        args: ['{dir}/mine.yaml', '--repeat', '0', '--config', '{dir}/nowhere'],
        files: { 'mine.yaml': 'name: [unclosed\n' },
      }),
      (ended) =>
        expectRefused(
          ended,
          2,
          '--repeat 0: expected a whole number from 1 to 1000',
          /^\S+mine\.yaml:2: Flow sequence .* end with a \]$/,
          '--config {dir}/nowhere: does not exist',
          /→ lay it out like stacks\/config/,
        ),
    );
    command(
      'asks for the value of an option',
      () => ({ args: [drill, '--pace'] }),
      (ended) => expectRefused(ended, 2, '--pace: needs a value'),
    );
    command(
      'names the components when --port names none of them',
      () => ({ args: [drill, '--port', 'nosuch=1'] }),
      (ended) =>
        expectRefused(ended, 2, '--port nosuch=1: the stack has no such component', /→ known: .*prometheus/),
    );
    let listener: Server;
    command(
      'says who has the port that was asked for',
      async () => {
        listener = createServer().listen(0, '127.0.0.1');
        await once(listener, 'listening');
        return { args: [drill, '--port', `prometheus=${portOf(listener)}`] };
      },
      (ended) => {
        const said = expectUnjudged(ended, 'bad-input', 'start stack');
        const port = portOf(listener);
        expect(said).to.match(
          new RegExp(`^.*${port}\\n.*another process uses 127\\.0\\.0\\.1:${port}\\nfree it`),
        );
      },
    );
    after(() => listener?.close());
  });

  describe('of a scenario file', () => {
    const command = refusedCommands();

    command(
      'names the file that does not exist',
      () => ({ args: ['{dir}/mine.yaml'] }),
      (ended) =>
        expectRefused(
          ended,
          2,
          '{dir}/mine.yaml: does not exist',
          /→ expected a scenario as \.yaml, \.json or \.ts/,
        ),
    );
    command(
      'names the line that is no YAML',
      () => scenarioFile('mine.yaml', 'name: mine\ntitle: [unclosed\nsummary: none\n'),
      (ended) => expectRefused(ended, 2, /^\S+mine\.yaml:3: Flow sequence .* end with a \]$/),
    );
    command(
      'names the line that is no TypeScript',
      () => scenarioFile('mine.ts', "export default {\n  name: 'mine',\n  title: = 3,\n};\n"),
      (ended) =>
        expectRefused(ended, 2, /^\S+mine\.ts:3: does not parse: Expression expected$/, /→ fix the module/),
    );
    command(
      'names the path of every fault, and of keys that it does not know',
      () => {
        const { quietFor, ...others } = checkoutErrors;
        const load = { rates: { checkout: 900 }, warmUp: 'a while' };
        return scenarioFile('mine.json', JSON.stringify({ ...others, load, qietFor: quietFor }));
      },
      (ended) =>
        expectRefused(
          ended,
          2,
          /mine\.json:1: load\.rates\.checkout: .*200/,
          /mine\.json:1: load\.warmUp: expected a duration such as 90s/,
          /mine\.json:1: qietFor: there is no such key/,
          /→ did you mean quietFor\?/,
        ),
    );
    command(
      'lists the faults when it names none of them',
      () => {
        const fault = { ...checkoutErrors.fault, kind: 'payment-failure' };
        return scenarioFile('mine.json', JSON.stringify({ ...checkoutErrors, fault }));
      },
      (ended) =>
        expectRefused(
          ended,
          2,
          '{dir}/mine.json:1: fault.kind: there is no fault "payment-failure"',
          /→ did you mean payment-failures\? known: .*auth-failures/,
        ),
    );
    command(
      'names the runtime that can do what its fault does, where the one asked for cannot',
      () => {
        const fault = {
          ...checkoutErrors.fault,
          kind: 'disconnect-instance',
          params: { pod: 'storefront' },
        };
        return scenarioFile('mine.json', JSON.stringify({ ...checkoutErrors, fault }));
      },
      (ended) =>
        expectRefused(
          ended,
          2,
          '{dir}/mine.json:1: fault: it disconnects an instance from the network, which the runtime process cannot do',
          /→ use --runtime docker/,
        ),
    );
    command(
      'names what its fault does not take',
      () => {
        const fault = { ...checkoutErrors.fault, params: { share: 5, shard: 1 } };
        return scenarioFile('mine.json', JSON.stringify({ ...checkoutErrors, fault }));
      },
      (ended) =>
        expectRefused(
          ended,
          2,
          /fault\.params\.share: is 5; expected at most 1/,
          /fault\.params\.shard: there is no such key/,
          /→ did you mean share\?/,
        ),
    );
  });
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}
