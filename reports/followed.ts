import { isAccepted } from '../core/deliveries.ts';
import { expectedPages } from '../core/expected-alerts.ts';
import type { Delivery, DrillRecord, LogLine, Page, ProofEvidence, Span, Trace } from '../core/record.ts';
import type { Proof, ProofOf } from '../core/scenario.ts';
import { culpritOf, servicesTo } from '../core/spans.ts';
import { errorOf } from './trace.ts';

/** One request that the fault hit, in logs, traces and pages. A part is absent if the scenario does not require it. */
export interface Followed {
  /** The common trace id; absent if neither log line nor trace has one. */
  readonly traceId?: string;
  readonly log?: { readonly line?: LogLine; readonly amiss?: string };
  readonly trace?: { readonly trace?: Trace; readonly culprit?: Span; readonly amiss?: string };
  /** The page for it, or else a delivery that its receiver refused. */
  readonly page?: Page;
  readonly refused?: Delivery;
}

/** The request to show: that of the trace, or else of the first log line. */
export function followedOf(record: DrillRecord): Followed | undefined {
  const log = found(record, 'log');
  const trace = found(record, 'trace');
  if (!log && !trace) return undefined;
  const read = trace?.evidence?.kind === 'trace' ? trace.evidence.trace : undefined;
  const lines = log?.evidence?.kind === 'log' ? log.evidence.lines : [];
  const line =
    lines.find(({ traceId }) => traceId !== undefined && traceId === read?.traceId) ??
    lines.find(({ traceId }) => traceId !== undefined) ??
    lines[0];
  const traceId = read?.traceId ?? line?.traceId;
  return {
    ...(traceId === undefined ? {} : { traceId }),
    ...(log ? { log: { ...(line ? { line } : {}), ...problemPart(logAmiss(log, line)) } } : {}),
    ...(trace ? { trace: { ...tracePart(read, trace.proof), ...problemPart(traceAmiss(trace, line)) } } : {}),
    ...pageOf(record, traceId),
  };
}

/** The request in one line, for text reports. */
export function followedText(record: DrillRecord): string | undefined {
  const { traceId, trace: part } = followedOf(record) ?? {};
  if (traceId === undefined) return undefined;
  const { trace, culprit } = part ?? {};
  if (!trace || !culprit) return `trace ${traceId}`;
  const fault = culprit.status === 'error' ? 'failed at' : 'spent its time at';
  const error = errorOf(culprit);
  return `trace ${traceId}: ${servicesTo(trace, culprit).join(' → ')}, ${fault} “${culprit.name}”${error === undefined ? '' : `: ${error}`}`;
}

interface Found<K extends Proof['kind']> {
  readonly proof: ProofOf<K>;
  readonly evidence: ProofEvidence | undefined;
}

function found<K extends 'log' | 'trace'>(
  { scenario, evidence }: DrillRecord,
  kind: K,
): Found<K> | undefined {
  const i = scenario.proofs.findIndex((proof) => proof.kind === kind);
  const proof = scenario.proofs[i];
  return proof && evidence ? { proof: proof as ProofOf<K>, evidence: evidence.proofs[i] } : undefined;
}

const problemPart = (text: string | undefined) => (text === undefined ? {} : { amiss: text });

const unread = (evidence: ProofEvidence | undefined): string | undefined =>
  !evidence ? 'It was not checked.' : evidence.kind === 'unread' ? evidence.problem : undefined;

function logAmiss({ proof, evidence }: Found<'log'>, line: LogLine | undefined): string | undefined {
  const problem = unread(evidence);
  if (problem !== undefined || evidence?.kind !== 'log') return problem;
  if (!line) return `Loki has no line of ${proof.query} from the fault.`;
  if (line.traceId === undefined) return 'This line has no trace_id, so its trace cannot be found.';
  return proof.traced && evidence.untraced > 0
    ? `${evidence.untraced} of ${evidence.total} such lines have no trace_id.`
    : undefined;
}

const tracePart = (trace: Trace | undefined, proof: ProofOf<'trace'>) => {
  const culprit = trace && culpritOf(trace, proof);
  return { ...(trace ? { trace } : {}), ...(culprit ? { culprit } : {}) };
};

function traceAmiss({ evidence }: Found<'trace'>, line: LogLine | undefined): string | undefined {
  const problem = unread(evidence);
  if (problem !== undefined || evidence?.kind !== 'trace') return problem;
  if (!evidence.trace) return `Tempo has no trace for ${evidence.asked || 'it'}.`;
  return line?.traceId !== undefined && line.traceId !== evidence.trace.traceId
    ? 'This is the trace of another request than the log line.'
    : undefined;
}

/** The expected page that contains the trace id, or else the first one; a refused delivery only if there is no page. */
function pageOf(record: DrillRecord, traceId: string | undefined): Pick<Followed, 'page' | 'refused'> {
  const expected = expectedPages(record.scenario.expectations);
  const pages = record.pages.filter(
    (page) =>
      page.status === 'firing' &&
      accepted(record.deliveries[page.delivery]) &&
      expected.some(({ alert, receiver }) => alert === page.alert && receiver === page.receiver),
  );
  const names = (page: Page) =>
    traceId !== undefined && (record.deliveries[page.delivery]?.body.includes(traceId) ?? false);
  const page = pages.find(names) ?? pages[0];
  if (page) return { page };
  const refused = record.deliveries.find(
    (delivery) => !accepted(delivery) && expected.some(({ receiver }) => receiver === delivery.receiver),
  );
  return refused ? { refused } : {};
}

/** Whether the receiver accepted the delivery. */
export const accepted = (delivery: Delivery | undefined): boolean =>
  delivery === undefined || isAccepted(delivery);
