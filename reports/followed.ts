import type { Delivery, DrillRecord, LogLine, Page, ProofEvidence, Span, Trace } from '../core/record.ts';
import type { Proof, ProofOf } from '../core/scenario.ts';
import { culpritOf, servicesTo } from '../core/spans.ts';
import { errorOf } from './trace.ts';

/** One request of the fault through logs, traces and pages. A part is absent where the scenario asks for none. */
export interface Followed {
  /** What joins them; absent where neither log line nor trace has one. */
  readonly traceId?: string;
  readonly log?: { readonly line?: LogLine; readonly amiss?: string };
  readonly trace?: { readonly trace?: Trace; readonly culprit?: Span; readonly amiss?: string };
  /** The page that paged for it; else what its receiver refused. */
  readonly page?: Page;
  readonly refused?: Delivery;
}

/** The request to show: that of the trace found, else that of the first log line. */
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
    ...(log ? { log: { ...(line ? { line } : {}), ...amiss(logAmiss(log, line)) } } : {}),
    ...(trace ? { trace: { ...tracePart(read, trace.proof), ...amiss(traceAmiss(trace, line)) } } : {}),
    ...pageOf(record, traceId),
  };
}

/** The request in one line, for reports without pictures. */
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

const amiss = (text: string | undefined) => (text === undefined ? {} : { amiss: text });

const unread = (evidence: ProofEvidence | undefined): string | undefined =>
  !evidence ? 'It was not looked for.' : evidence.kind === 'unread' ? evidence.problem : undefined;

function logAmiss({ proof, evidence }: Found<'log'>, line: LogLine | undefined): string | undefined {
  const problem = unread(evidence);
  if (problem !== undefined || evidence?.kind !== 'log') return problem;
  if (!line) return `Loki has no line of ${proof.query} from the fault.`;
  if (line.traceId === undefined) return 'This line has no trace_id: nothing leads from it to its trace.';
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

/** Of the expected pages the one that names the trace, else the first; a refused one only for want of a page. */
function pageOf(record: DrillRecord, traceId: string | undefined): Pick<Followed, 'page' | 'refused'> {
  const expected = record.scenario.expectations.flatMap((e) => (e.kind === 'page' ? [e] : []));
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

/** Whether the receiver took it. */
export const accepted = (delivery: Delivery | undefined): boolean =>
  delivery === undefined || (delivery.responseStatus >= 200 && delivery.responseStatus < 300);
