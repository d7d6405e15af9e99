import { humanDuration } from '../../core/duration.ts';
import type { EvidenceOf, Span, Trace } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import { failingSpan, longestSpan, ownTimeMs, pathTo, servicesOf } from '../../core/spans.ts';
import { type Finding, fail, pass } from '../finding.ts';

const pathText = (services: readonly string[]): string => services.join(' → ');
const spanName = ({ service, name }: Span): string => `"${name}" of ${service}`;

/** Judges that a trace of the fault was kept and leads to the span that caused it. */
export function traceFinding(proof: ProofOf<'trace'>, { asked, found, trace }: EvidenceOf<'trace'>): Finding {
  if (!trace) {
    return found === 0
      ? fail(`Tempo has no trace of ${asked}: sampling dropped it, or it was not exported`)
      : fail(`Tempo lists ${found} traces of ${asked}, but gave none of them`);
  }
  const culprit = proof.culprit === 'failing' ? failingSpan(trace) : longestSpan(trace);
  if (!culprit) return fail(`no span of trace ${trace.traceId} failed`, spanLines(trace, trace.spans));
  const path = pathTo(trace, culprit);
  const evidence = [`trace ${trace.traceId}, ${asked}`, ...spanLines(trace, path)];
  const what =
    proof.culprit === 'failing'
      ? `the span that failed is ${spanName(culprit)}`
      : `the longest span is ${spanName(culprit)}, with ${humanDuration(ownTimeMs(trace, culprit))} of its own`;
  const services = servicesOf(path);
  const broken = path[0]?.parentId ? `; the span above ${spanName(path[0])} is missing` : '';
  // A trace without its root span does not show which request it belongs to.
  if (pathText(services) !== pathText(proof.through) || broken) {
    const expected = `expected ${pathText(proof.through)}`;
    return fail(`${what}, reached by ${pathText(services)}; ${expected}${broken}`, evidence);
  }
  const wrong = mismatches(culprit, proof.matching);
  if (wrong.length > 0) return fail(`${what}, but ${wrong.join('; ')}`, evidence);
  return pass(`${pathText(services)}: ${what}`, evidence);
}

function mismatches(span: Span, matching: Readonly<Record<string, string>>): string[] {
  return Object.entries(matching).flatMap(([attribute, pattern]) => {
    const value = attributeOf(span, attribute);
    if (value === undefined) {
      const known = Object.keys(span.attributes).toSorted().join(', ') || 'none';
      return [`it has no ${attribute} (its attributes: ${known})`];
    }
    if (new RegExp(pattern).test(value)) return [];
    return [`its ${attribute} is ${JSON.stringify(value)}, which does not match /${pattern}/`];
  });
}

function attributeOf({ name, statusMessage, attributes }: Span, attribute: string): string | undefined {
  if (attribute === 'name') return name;
  if (attribute === 'status.message') return statusMessage;
  return attributes[attribute];
}

const spanLines = (trace: Trace, spans: readonly Span[]): string[] =>
  spans.map((span) => {
    const { service, instance, name, durationMs, status, statusMessage } = span;
    const times = `${humanDuration(durationMs)}, ${humanDuration(ownTimeMs(trace, span))} of its own`;
    const how = status === 'error' ? `, error${statusMessage ? `: ${statusMessage}` : ''}` : '';
    return `${instance ?? service} "${name}": ${times}${how}`;
  });
