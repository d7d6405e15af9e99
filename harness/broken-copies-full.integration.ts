import { expect } from 'chai';
import {
  brokenFiles,
  drillsOfMonthlyRent,
  itsLog,
  itsTrace,
  refused,
  thePage,
} from './testing/broken-monthly-rent.ts';
import { expectCause } from './testing/expect-outcome.ts';

/*
 * Defects in logs, traces and Grafana. The search of monthly-rent that fails is so rare that only one alert can show it, so
 * each drill has one defect of its page and one of its proofs. In broken-copies-full.nightly.ts each has a drill of its own.
 */
describe('a drill of monthly-rent on a broken copy', () => {
  const drill = drillsOfMonthlyRent();

  drill(
    'whose log alert queries another tenant, and whose sampling drops errors, names both tenants, and finds log lines but no trace',
    { changed: { ...brokenFiles.otherTenant, ...brokenFiles.errorsNotSampled } },
    (ended) => {
      const cause = 'the rule asks another Loki tenant than the one that has the logs';
      const evidence = expectCause(ended, [...thePage, itsTrace], 'expression true', cause);
      expect(evidence)
        .to.match(/staging/)
        .and.to.match(/dev/);
      const verdict = ended.kept?.record.verdicts.find(({ id }) => id === itsTrace);
      expect(verdict?.message).to.match(/Tempo has no trace/);
    },
  );

  drill(
    "whose Telegram token is wrong, and whose log lines have no trace_id, shows Telegram's answer, and fails both proofs",
    { changed: { ...brokenFiles.wrongToken, ...brokenFiles.noTraceIds } },
    (ended) => {
      const evidence = expectCause(ended, [...thePage, itsLog, itsTrace], 'page received', refused);
      expect(evidence).to.match(/telegram \/bot\S+\/sendMessage: 401 .*Unauthorized/);
      // A wrong token is a secret too.
      expect(JSON.stringify(ended.kept?.record)).not.to.include('110201543:wrong');
      const verdict = ended.kept?.record.verdicts.find(({ id }) => id === itsLog);
      expect(verdict?.message).to.match(/trace_id/);
    },
  );
});
