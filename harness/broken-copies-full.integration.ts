import { expect } from 'chai';
import { monthlyRent } from '../scenarios/monthly-rent.ts';
import { drillOnBrokenCopy } from './testing/broken-copy.ts';
import { expectCause, expectFailed, expectUnjudged } from './testing/expect-outcome.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';

const alerting = 'grafana/provisioning/alerting';
const thePage = ['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'].map(
  (check) => `Bug Report@telegram/${check}`,
);
const traced = 'log/proof';
const itsTrace = 'trace/proof';
const refused = 'the contact point was refused by its receiver';

/*
 * Defects in logs, traces and Grafana, one drill of monthly-rent each. The search that fails is so rare that only
 * one alert can show it.
 */
describe('a drill of monthly-rent on a broken copy', () => {
  const drill = drillOnBrokenCopy(overlappingCommands('full'), 'full');
  const onFull = (breakage: Parameters<typeof drill>[1]) => ({ scenario: monthlyRent, ...breakage }) as const;

  drill(
    'whose column is wide enough proves nothing',
    onFull({ scenario: { ...monthlyRent, fault: { ...monthlyRent.fault, params: { length: 20 } } } }),
    (ended) => {
      const said = expectUnjudged(ended, 'broken', 'prove fault');
      expect(said).to.match(/requests of journey monthly with status 500.*; last seen: 0 so far/);
      expect(said).to.match(/the fault had no effect/);
    },
  );

  drill(
    'whose log alert queries another tenant names the tenant that it queries',
    onFull({
      changed: {
        'grafana/provisioning/datasources/datasources.yaml': [
          ['httpHeaderValue1: dev', 'httpHeaderValue1: staging'],
        ],
      },
    }),
    (ended) => {
      const cause = 'the rule asks another Loki tenant than the one that has the logs';
      const evidence = expectCause(ended, thePage, 'expression true', cause);
      expect(evidence)
        .to.match(/staging/)
        .and.to.match(/dev/);
    },
  );

  drill(
    "whose Telegram token is wrong shows Telegram's answer",
    onFull({
      changed: { [`${alerting}/contact-points.yaml`]: [['AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw', 'wrong']] },
    }),
    (ended) => {
      const evidence = expectCause(ended, thePage, 'page received', refused);
      expect(evidence).to.match(/telegram \/bot\S+\/sendMessage: 401 .*Unauthorized/);
      // A wrong token is a secret too.
      expect(JSON.stringify(ended.kept?.record)).not.to.include('110201543:wrong');
    },
  );

  drill(
    "whose message has a `<` that is not escaped shows Telegram's answer",
    onFull({
      changed: {
        [`${alerting}/templates.yaml`]: [[': <b>{{', ': 1 < 2 <b>{{']],
      },
    }),
    (ended) => {
      const evidence = expectCause(ended, thePage, 'page received', refused);
      expect(evidence).to.match(/telegram .*: 400 .*can't parse entities/);
    },
  );

  drill(
    'whose log lines have no trace_id fails only the log proof: the page is sound',
    onFull({
      changed: {
        'collector/sidecar.yaml': [
          [
            '  batch:\n',
            '  transform/untrace:\n    log_statements:\n      - set(log.trace_id.string, "00000000000000000000000000000000")\n  batch:\n',
          ],
          ['filter/noise, batch]', 'filter/noise, transform/untrace, batch]'],
        ],
      },
    }),
    (ended) => {
      const failed = expectFailed(ended, traced, itsTrace);
      expect(failed.get(traced)?.message).to.match(/trace_id/);
      expect(failed.get(itsTrace)?.message).to.match(/trace/);
    },
  );

  drill(
    'whose sampling drops errors fails only the trace proof: page and log line are sound',
    onFull({
      changed: { 'collector/gateway.yaml': [['status_codes: [ERROR]', 'status_codes: [OK]']] },
    }),
    (ended) => {
      const failed = expectFailed(ended, itsTrace);
      expect(failed.get(itsTrace)?.message).to.match(/Tempo has no trace/);
    },
  );
});
