import type { EvidenceOf, LogLine } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import { countText, type Finding, fail, pass } from '../finding.ts';

export const lineText = ({ at, service, severity, text, traceId }: LogLine): string =>
  `${new Date(at).toISOString()} ${service} ${severity}: ${text} (${traceId ? `trace ${traceId}` : 'no trace_id'})`;

/** Judges that the fault's lines are in Loki and, if required, carry their trace ids. */
export function logFinding(
  { query, traced }: ProofOf<'log'>,
  { total, untraced, lines }: EvidenceOf<'log'>,
): Finding {
  const evidence = lines.map(lineText);
  if (total === 0) return fail(`Loki has no line of ${query} from the fault window`);
  if (traced && untraced > 0) {
    const which =
      untraced === total
        ? `none of ${countText(total, 'line')} carries a trace_id`
        : `${untraced} of ${total} lines carry no trace_id`;
    return fail(`${which}: log and trace cannot be correlated`, evidence);
  }
  return pass(`${countText(total, 'line')} in Loki${traced ? ', every one with a trace_id' : ''}`, evidence);
}
