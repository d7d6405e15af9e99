import type { Scenario } from '../../core/scenario.ts';
import { backEndsOf, copyUrl } from '../../core/staging.ts';
import type { PreparedFault } from '../../faults/fault.ts';
import type { Staging } from './staging.ts';

/** A scenario with its fault. */
export interface PlannedDrill {
  readonly scenario: Scenario;
  readonly fault: PreparedFault;
}

/** What drills of a staging would call, change and put back. Nothing is asked for it, and it contains no secret. */
export function planText(staging: Staging, drills: readonly PlannedDrill[]): string {
  const { hosts, load, abort, receivers, pages } = staging;
  const { secret: _, ...file } = staging;
  const width = 12;
  const line = (name: string, text: string) => `    ${name.padEnd(width)}  ${text}`;
  const read = backEndsOf(file).map(([name, { url, bearer, basic, tls, headers }]) => {
    const ways = [
      ...(bearer ? ['a bearer token'] : []),
      ...(basic ? [`user ${basic.user} and a password`] : []),
      ...(tls?.cert ? ['a certificate'] : []),
      ...Object.keys(headers).map((header) => `header ${header}`),
    ];
    return line(name, `${url}${ways.length > 0 ? `, with ${ways.join(', ')}` : ''}`);
  });
  return [
    `Plan for ${staging.name} (${staging.whereOf([])}); nothing is called for it.`,
    '',
    `  hosts that may be called: ${hosts.join(', ')}`,
    '',
    '  read, by GET only:',
    ...read,
    '',
    ...copied(staging, line),
    `  receivers: listen at ${receivers.listen}`,
    ...Object.entries(staging.services).flatMap(([service, ports]) =>
      Object.entries(ports).map(([port, address]) => `  ${service}:${port} is ${address}`),
    ),
    pages === 'until-notifier'
      ? '  pages: nothing is rerouted; the way is judged up to the notifier'
      : '  pages: those that arrive at these receivers',
    load ? `  load: at most ${load.ceiling} requests per second` : '  load: none',
    abort
      ? `  ends early if: ${abort.query} has a result, asked every ${abort.every}`
      : '  ends early if: nothing is named (`abort`)',
    ...drills.flatMap(({ scenario, fault }) => [
      '',
      `  ${scenario.name}`,
      ...Object.entries(scenario.load.rates).map(([journey, rate]) =>
        line('load', `${journey}: ${rate} requests per second`),
      ),
      line('changes', `${scenario.fault.kind}: ${fault.description}`),
      ...fault.steps.inject.map((text) => line('', withoutTokens(text))),
      line('puts back', ''),
      ...fault.steps.revert.map((text) => line('', withoutTokens(text))),
    ]),
    '',
  ]
    .map((text) => text.trimEnd())
    .join('\n')
    .concat('\n');
}

/** A secret should be written as `{secret}`. One that stands in the query of an address is not repeated all the same. */
const withoutTokens = (text: string): string =>
  text.replace(/([?&][\w-]*(?:token|secret|key|password|auth)[\w-]*=)[^&\s]+/gi, '$1…');

/** What is changed in Grafana for all drills. */
function copied({ grafana }: Staging, line: (name: string, text: string) => string): string[] {
  const { of = [], to = '' } = grafana?.copies ?? {};
  if (of.length === 0) return [];
  const path = '/api/v1/provisioning/contact-points';
  return [
    '  changed in grafana for the time of the drills:',
    ...of.flatMap((name) => [
      line('adds', `to contact point ${name} a webhook to ${copyUrl(to, name)} (POST ${path})`),
      line('takes away', `that webhook (DELETE ${path}/UID)`),
    ]),
    '',
  ];
}
