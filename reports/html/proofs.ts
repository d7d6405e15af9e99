import type { DrillRecord } from '../../core/record.ts';
import { objectionTo, proofsOf, type ShownProof } from '../proofs.ts';
import { figureHeads, figureRows, figuresNote } from '../published-figures.ts';
import { exactTime } from '../text.ts';
import { html, type Markup, section, table } from './markup.ts';

/** The proofs in logs, traces and metrics, with the values found. */
export function proofs(record: DrillRecord): Markup | undefined {
  const all = proofsOf(record);
  if (all.length === 0) return undefined;
  const row = (proof: ShownProof) => {
    const { kind, asked, query, found, verdict } = proof;
    const wrong = objectionTo(proof);
    return [
      verdict ? html`<strong class="pill ${verdict.outcome}">${verdict.outcome}</strong>` : '–',
      html`<strong>${kind}</strong>`,
      html`<span class="any">${asked}</span>${query !== undefined && html`<br><code>${query}</code>`}`,
      html`<span class="any">${found}</span>${wrong !== undefined && html`<br><span class="amiss">${wrong}</span>`}`,
    ];
  };
  return section(
    'What logs, traces and metrics showed',
    table('Proofs: what was asked and what was found', ['Verdict', 'Proof', 'Asked', 'Found'], all.map(row)),
    sampling(record),
    notReady(record),
    figures(record),
  );
}

function figures(record: DrillRecord): Markup[] {
  const rows = figureRows(record);
  if (rows.length === 0) return [];
  return [
    html`<h3>Published figures</h3>`,
    html`<p class="note">${figuresNote(record)}</p>`,
    table('Published figures, and what was demanded and measured', figureHeads, rows),
  ];
}

function sampling({ evidence }: DrillRecord): Markup[] {
  return (evidence?.proofs ?? []).flatMap((proof) => {
    if (proof.kind !== 'sampling') return [];
    const rows = (['failed', 'slow', 'rest'] as const).map((name) => {
      const { requests, traces } = proof[name];
      const share = requests > 0 ? `${((traces / requests) * 100).toFixed(1)} %` : '–';
      return [name === 'rest' ? 'all others' : name, requests, traces, share];
    });
    return [
      html`<h3>Sampling, ${exactTime(proof.from)} to ${exactTime(proof.to)}</h3>`,
      table(
        'Requests by class, and their traces',
        ['Requests', 'Sent by k6', 'Traces in Tempo', 'Share'],
        rows,
      ),
    ];
  });
}

function notReady({ evidence }: DrillRecord): Markup[] {
  return (evidence?.proofs ?? []).flatMap((proof) => {
    if (proof.kind !== 'readiness' || proof.notReady.length === 0) return [];
    return [
      html`<h3>Not ready</h3>`,
      table(
        'Readiness checks without a response of 200',
        ['Pod', 'At (UTC)', 'Response'],
        proof.notReady.map(({ pod, at, status }) => [pod, exactTime(at), status === 0 ? 'none' : status]),
      ),
    ];
  });
}

/** The requests that the vendors' proxy refused. */
export function refusedHosts({ evidence }: DrillRecord): Markup | undefined {
  const all = evidence?.refusedHosts ?? [];
  if (all.length === 0) return undefined;
  return section(
    'Refused hosts',
    html`<p class="note">Requests of components to other hosts. None of them left this machine.</p>`,
    table(
      'Requests to other hosts, all refused',
      ['At (UTC)', 'Host', 'Reason'],
      all.map(({ at, target, reason }) => [
        exactTime(at),
        html`<code>${target}</code>`,
        html`<span class="any">${reason}</span>`,
      ]),
    ),
  );
}
