/*
 * kill -9 of the harness: 10 s later nothing of the drill is left on the machine, and its record contains everything until
 * then. These are the moments at which different things are there to remove; kill.nightly.ts has every other phase.
 */
import { describeKills, inPhase, phasesOfTests, reporting } from './testing/killed-drills.ts';

describe('kill -9 of the harness', () => {
  describeKills([
    reporting,
    ...phasesOfTests.map(inPhase),
    { title: 'while components start', reached: (drill) => drill.untilProcess('sidecar.yaml') },
    { title: 'while the database makes its files', reached: (drill) => drill.untilProcess('initdb') },
    { title: 'while its watcher starts', reached: (drill) => drill.untilProcess('watcher.ts') },
  ]);
});
