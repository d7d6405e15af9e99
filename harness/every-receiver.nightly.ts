import { expect } from 'chai';
import type { CliResult } from './testing/cli.ts';
import { expectHeld } from './testing/example-hello.ts';
import { expectFailed } from './testing/expect-outcome.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';
import {
  atEachReceiver,
  atWrongReceivers,
  fromGrafana,
  kindsOfAlertmanager,
  kindsOfGrafana,
} from './testing/several-receivers.ts';

/** The receivers at which pages of the alert arrived, firing and resolved. */
const arrivedAt = ({ kept }: CliResult, status: 'firing' | 'resolved') =>
  [
    ...new Set(
      (kept?.record.pages ?? [])
        .filter((page) => page.status === status && page.shown !== false)
        .map(({ receiver }) => receiver),
    ),
  ].sort();

describe('a drill of one alert at several receivers', () => {
  const command = overlappingCommands('full');

  command('holds at each kind that Alertmanager sends to', atEachReceiver, (ended) => {
    expectHeld(ended);
    for (const status of ['firing', 'resolved'] as const)
      expect(arrivedAt(ended, status)).to.deep.equal([...kindsOfAlertmanager].sort());
  });

  command('holds at each kind that Grafana sends to', fromGrafana, (ended) => {
    expectHeld(ended);
    for (const status of ['firing', 'resolved'] as const)
      expect(arrivedAt(ended, status)).to.deep.equal([...kindsOfGrafana].sort());
  });

  command(
    'fails at each for its own reason: another channel, an address that nobody has, an e-mail that is taken for spam',
    atWrongReceivers,
    (ended) => {
      expectFailed(ended);
    },
  );
});
