import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { expect } from 'chai';
import { checkoutErrors } from '../scenarios/checkout-errors.ts';
import type { CliCommand } from './testing/cli.ts';
import { expectRefused, expectUnjudged } from './testing/expect-outcome.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';

const drill = checkoutErrors.name;

/** A command with a scenario in a file. */
const scenarioFile = (name: string, text: string): CliCommand => ({
  args: [`{dir}/${name}`],
  files: { [name]: text },
});

describe('bad input', () => {
  describe('of the command line', () => {
    const command = overlappingCommands();

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
          /→ npm run scenario -- --help/,
          '--keep: takes no value',
          '--pace: there is no "quick"',
          /→ use fast or real/,
          '--repeat 0: expected a whole number from 1 to 1000',
          '--port prometheus: expected COMPONENT=PORT, e.g. prometheus=9090',
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
      (ended) => {
        const said = expectUnjudged(ended, 'bad-input', 'start stack');
        expect(said).to.match(/^--port nosuch\nthe stack has no such component\nit has .*prometheus, alert/);
      },
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
          new RegExp(`^.*${port}\\n.*something else .*127\\.0\\.0\\.1:${port}\\nfree it`),
        );
      },
    );
    after(() => listener?.close());
  });

  describe('of a scenario file', () => {
    const command = overlappingCommands();

    command(
      'names the file that is not there',
      () => ({ args: ['{dir}/mine.yaml'] }),
      (ended) =>
        expectRefused(
          ended,
          2,
          /^\S+mine\.yaml: ENOENT: no such file/,
          /→ expected a scenario as \.ts, .json or .yaml/,
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
      (ended) => expectRefused(ended, 2, /^\S+mine\.ts:3: Expression expected$/, /→ expected a scenario/),
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
          /mine\.json: load\.rates\.checkout: .*200/,
          /mine\.json: load\.warmUp: expected a duration such as 90s/,
          /mine\.json: quietFor: /,
          /mine\.json: .*qietFor/,
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
          'checkout-errors: fault.kind: there is no fault "payment-failure"',
          /→ known faults: .*payment-failures/,
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
          'checkout-errors: fault: it disconnects an instance from the network, which the runtime process cannot do',
          /→ use --runtime docker/,
        ),
    );
    command(
      'names what its fault does not take',
      () => {
        const fault = { ...checkoutErrors.fault, params: { share: 5, shard: 1 } };
        return scenarioFile('mine.json', JSON.stringify({ ...checkoutErrors, fault }));
      },
      (ended) => expectRefused(ended, 2, /fault\.params\.share: .*1/, /fault\.params.*shard/),
    );
  });
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}
