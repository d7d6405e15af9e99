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
      const lost = ['slack', 'discord', 'msteams', 'opsgenie'];
      const failed = expectFailed(
        ended,
        ...lost.flatMap((kind) =>
          ['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'].map(
            (check) => `OrdersFail@${kind}/${check}`,
          ),
        ),
        'OrdersFail@email/says',
        'drill/no-other-page',
      );
      const why = (kind: string) => {
        const { autopsy } = failed.get(`OrdersFail@${kind}/arrives`) ?? expect.fail(kind);
        expect(autopsy?.hop, kind).to.equal('page received');
        return `${autopsy?.cause}\n${autopsy?.evidence.join('\n')}`;
      };
      for (const kind of ['slack', 'discord'])
        expect(why(kind))
          .to.match(/^the alert was routed elsewhere\n/)
          .and.include(`not to ${kind}-oncall`)
          .and.include(`its page arrived at ${kind} through ${kind}-general`);
      expect(why('msteams')).to.match(
        /^the receiver refused the page\n[\s\S]*: 410\n[\s\S]*nobody in Teams has this address/,
      );
      expect(why('opsgenie')).to.match(
        /^the receiver refused the page\n[\s\S]*: 401 [\s\S]*API key is wrong, or not in the list/,
      );
      expect(failed.get('OrdersFail@email/says')?.message).to.equal(
        'only the rules against spam would take it: its From is of other.example, and it is sent as corp.example',
      );
      const others = failed.get('drill/no-other-page')?.evidence?.join('\n');
      for (const kind of ['slack', 'discord'])
        expect(others).to.include(`it came through ${kind}-general, expected through ${kind}-oncall only`);
    },
  );
});
