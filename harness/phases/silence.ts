import { parseMatchers } from '../../configuration/routes/route-matcher.ts';
import { paced } from '../../core/pace.ts';
import { silenceWriter } from '../../signals/writers/silences.ts';
import type { RunningDrill } from '../running-drill.ts';

/** Ending a silence takes milliseconds. */
const expireWithinMs = 5_000;

/** Makes the scenario's silences in Alertmanager. They end with the drill at the latest, because a stack may be reused. */
export async function silence({
  options: { scenario, pace },
  stack,
  signal,
  scope,
}: Pick<RunningDrill, 'options' | 'stack' | 'signal' | 'scope'>): Promise<void> {
  const { silences = [] } = scenario;
  if (silences.length === 0) return;
  const url = stack.url('alertmanager', 9093);
  for (const { matchers, lasts, by, comment } of silences) {
    const endsAt = Date.now() + paced(lasts, pace);
    const id = await silenceWriter(url, signal).create({
      matchers: matchers.flatMap(parseMatchers).map(({ label, operator, value }) => ({
        name: label,
        value,
        isRegex: operator.endsWith('~'),
        isEqual: operator.startsWith('='),
      })),
      endsAt,
      createdBy: by,
      comment,
    });
    const end = async () => {
      // Alertmanager refuses to end one that is over.
      if (Date.now() < endsAt) await silenceWriter(url, AbortSignal.timeout(expireWithinMs)).expire(id);
    };
    scope.defer('end the silence', end, expireWithinMs + 1_000);
  }
}
