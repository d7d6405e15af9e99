import { expect } from 'chai';
import { monthlyRent } from '../scenarios/monthly-rent.ts';
import {
  brokenFiles,
  drillsOfMonthlyRent,
  itsLog,
  itsTrace,
  refused,
  thePage,
} from './testing/broken-monthly-rent.ts';
import { expectCause, expectFailed, expectUnjudged } from './testing/expect-outcome.ts';

/* Each defect in logs, traces and Grafana by itself: it changes no verdict but its own. */
describe('a drill of monthly-rent on a copy with one defect', () => {
  const drill = drillsOfMonthlyRent();

  drill(
    'whose column is wide enough proves nothing',
    { scenario: { ...monthlyRent, fault: { ...monthlyRent.fault, params: { length: 20 } } } },
    (ended) => {
      const said = expectUnjudged(ended, 'broken', 'prove fault');
      expect(said).to.match(/requests of journey monthly with status 500.*; last seen: 0 so far/);
      expect(said).to.match(/the fault had no effect/);
    },
  );

  drill(
    'whose log alert queries another tenant names the tenant that it queries',
    { changed: brokenFiles.otherTenant },
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
    { changed: brokenFiles.wrongToken },
    (ended) => {
      const evidence = expectCause(ended, thePage, 'page received', refused);
      expect(evidence).to.match(/telegram \/bot\S+\/sendMessage: 401 .*Unauthorized/);
    },
  );

  drill(
    "whose message has a `<` that is not escaped shows Telegram's answer",
    { changed: brokenFiles.notEscaped },
    (ended) => {
      const evidence = expectCause(ended, thePage, 'page received', refused);
      expect(evidence).to.match(/telegram .*: 400 .*can't parse entities/);
    },
  );

  drill(
    'whose log lines have no trace_id fails only the proofs: the page is sound',
    { changed: brokenFiles.noTraceIds },
    (ended) => {
      const failed = expectFailed(ended, itsLog, itsTrace);
      expect(failed.get(itsLog)?.message).to.match(/trace_id/);
      expect(failed.get(itsTrace)?.message).to.match(/trace/);
    },
  );

  drill(
    'whose sampling drops errors fails only the trace proof: page and log line are sound',
    { changed: brokenFiles.errorsNotSampled },
    (ended) => {
      const failed = expectFailed(ended, itsTrace);
      expect(failed.get(itsTrace)?.message).to.match(/Tempo has no trace/);
    },
  );
});
