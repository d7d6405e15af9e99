import { expect } from 'chai';
import type { AlertEvidence, Delivery, Notification, Page } from '../core/record.ts';
import { alertName, at, deliveryOf, pageAt, pageLabels, scenarioWith, summary } from './testing/basics.ts';
import { evidenceOf } from './testing/evidence.ts';
import { recordWith, verdictOf } from './testing/record.ts';

type Texts = Readonly<Record<string, string>>;

interface Told {
  /** The annotations of the rule. */
  readonly rule?: Texts;
  /** The annotations as the manager sent them. Without them, nothing is known about the notification. */
  readonly sent?: Texts;
  readonly labels?: Texts;
  readonly message?: Texts;
  /** The text of the resolved message. */
  readonly resolved?: Texts;
  readonly template?: Notification['template'];
  readonly page?: Partial<Page>;
  readonly delivery?: Partial<Delivery>;
}

const own = 'attachments[0].text';

function told({
  rule = { summary },
  sent,
  labels = {},
  message = { [own]: summary },
  resolved = { [own]: 'Resolved' },
  template = 'own',
  page = {},
  delivery = {},
}: Told) {
  const known = evidenceOf().rule as NonNullable<AlertEvidence['rule']>;
  const all = { ...pageLabels, ...labels };
  const notification: Notification = {
    manager: 'prometheus',
    contactPoint: 'slack',
    kind: 'slack',
    index: 0,
    at: at(10.4),
    monotonicMs: 10_400,
    groupKey: '{}',
    alerts: [{ status: 'firing', labels: all, annotations: sent ?? {}, startsAt: at(9.5), fingerprint: '0' }],
    delivery: 0,
    template,
  };
  const firing = pageAt(10.5, { annotations: {}, ...(sent ? { notification: 0 } : {}), ...page });
  return verdictOf(
    recordWith({
      pages: [firing, pageAt(25, { status: 'resolved', delivery: 1, receiver: firing.receiver })],
      deliveries: [deliveryOf(message, delivery), deliveryOf(resolved)],
      notifications: sent ? [notification] : [],
      evidence: { alerts: [evidenceOf({ rule: { ...known, annotations: { ...rule } } })] },
      scenario: scenarioWith({
        expectations: [
          { kind: 'page', alert: alertName, receiver: firing.receiver, within: '5m', resolvedWithin: '10m' },
        ],
      }),
    }),
    'says',
  );
}

describe('what a page says', () => {
  describe('holds', () => {
    const held: [string, Told][] = [
      ['where the summary is in the text', { sent: { summary } }],
      ['where it is in a field', { sent: { summary }, message: { 'attachments[0].fields[what]': summary } }],
      ['where the words of the rule are, and nothing is known of what was sent', {}],
      [
        'around what a label printed, where nothing is known of what was sent',
        {
          rule: { summary: 'Orders of {{ $labels.job }} fail' },
          message: { [own]: 'Orders of storefront fail' },
        },
      ],
      [
        'with mark-up and escapes around it',
        {
          sent: { summary: 'p99 > 2 s & rising' },
          rule: { summary: 'p99 > 2 s & rising' },
          message: { [own]: '*p99 &gt; 2 s &amp; rising*' },
        },
      ],
      [
        'with the description alone, the summary being for other receivers',
        { rule: { summary: 'x', description: summary }, sent: { summary: 'short', description: summary } },
      ],
      [
        'where the message is cut off inside of a long description',
        {
          rule: { description: 'a long story. '.repeat(90) },
          sent: { description: 'a long story. '.repeat(90) },
          message: { 'payload.summary': `${'a long story. '.repeat(70)}a lo…` },
        },
      ],
      [
        'for the default template, which shows no annotations',
        {
          sent: { summary },
          template: 'default',
          message: { 'attachments[0].title': '[FIRING:1] it', 'attachments[0].text': '' },
        },
      ],
      ['for a rule without annotations', { rule: {}, sent: {}, message: { [own]: 'It broke' } }],
      [
        'for a rule with a runbook alone',
        { rule: { runbook: 'https://a.test/b' }, sent: { runbook: 'https://a.test/b' } },
      ],
      [
        'for braces that the rule prints on purpose',
        {
          rule: { summary: 'set {{ "{{" }} x }}' },
          sent: { summary: 'set {{ x }}' },
          message: { [own]: 'set {{ x }}' },
        },
      ],
      [
        'for an optional part that has nothing to say',
        {
          rule: { summary: 'It broke{{ if $labels.zone }} in {{ $labels.zone }}{{ end }}' },
          sent: { summary: 'It broke' },
          message: { [own]: 'It broke' },
        },
      ],
      [
        'for white space that is no gap',
        {
          sent: { summary },
          message: {
            [own]: `${summary}.  Look at it on :fire:\n- [ ] is it so\n  is indented\njob   storefront`,
          },
        },
      ],
      ...[
        'These alerts fire:',
        '[FIRING:2] (job=api)',
        ':fire: It broke',
        '- It broke',
        '[FIRING] ErrorsHigh - eu-1',
        'Errors | eu-1',
        'time: 12:30',
        '|team|payments|',
      ].map((title): [string, Told] => [
        `for the title ${title}`,
        { sent: { summary }, message: { [own]: summary, 'attachments[0].title': title } },
      ]),
      [
        'for a heading above a list',
        { sent: { summary }, message: { [own]: `${summary}\n*Details:*\n • *team:* payments` } },
      ],
      [
        'for a description in the lines below its name',
        {
          sent: { description: summary },
          rule: { description: summary },
          message: { [own]: `Description:\n${summary}` },
        },
      ],
      ...[
        'GET / is at 5 %, above 2%; a high % of (all) requests, 100%',
        'Buckets: le="+Inf"; see info; Nanjing; Infra',
        '```\ncode\n```',
        'http://x.test/a?b=%d0%9f&c=%20d',
        'f(a, b): it is (really) so; a=b, c=d',
        'Since 2026-01-01; **bold**; :fire:, look (:rotating_light:)',
      ].map((line): [string, Told] => [
        `where a line of the message is ${line}`,
        { sent: { summary }, message: { [own]: `${summary}\n${line}` } },
      ]),
      [
        'where a label is `le` of the last bucket',
        { labels: { le: '+Inf' }, sent: { summary }, message: { [own]: `${summary}\nle: +Inf` } },
      ],
      [
        'where a part is blank by the configuration',
        {
          sent: { summary },
          delivery: {
            texts: [
              { field: own, text: summary },
              { field: 'attachments[0].pretext', text: '', written: false },
              { field: 'attachments[0].fields[note]', text: ' ', written: false },
            ],
          },
        },
      ],
      [
        'for a field that says that there is none',
        { sent: { summary }, message: { [own]: summary, 'attachments[0].fields[zone]': '-' } },
      ],
    ];
    for (const [name, how] of held) {
      it(name, () => {
        const { outcome, message } = told(how);
        expect(outcome, message).to.equal('pass');
      });
    }

    it('at a webhook, by its own annotations', () => {
      const webhook = { receiver: 'webhook', annotations: { summary } } as const;
      expect(told({ page: webhook, delivery: { texts: [] } }).outcome).to.equal('pass');
    });
  });

  describe('fails', () => {
    const failing: [string, Told, RegExp][] = [
      [
        'where the message leaves it out',
        { sent: { summary }, message: { [own]: 'It broke' } },
        /does not say the rule's summary/,
      ],
      [
        'where the words of the rule are not there, and nothing is known of what was sent',
        { message: { [own]: 'It broke' } },
        /does not say the rule's summary/,
      ],
      [
        'after a template that failed',
        {
          rule: { summary: '{{ query "none" | first | value }}' },
          message: { [own]: '<error expanding template: error executing' },
        },
        /attachments\[0\]\.text has "<error expanding template: error executing": the template failed/,
      ],
      [
        'after a template that failed, though the default message does not show it',
        {
          rule: { summary: '{{ query "none" | first | value }}' },
          sent: { summary: '<error expanding template: no value>' },
          template: 'default',
          message: { 'attachments[0].title': '[FIRING:1] it' },
        },
        /^annotation summary has "<error expanding template/,
      ],
      [
        'where something is not there',
        { sent: { summary }, message: { [own]: `${summary} at <no value>` } },
        /"<no value>"/,
      ],
      [
        "where Grafana's values are not there",
        { sent: { summary }, message: { [own]: `${summary}: [no value]` } },
        /"\[no value\]"/,
      ],
      [
        'where nothing is printed as nil',
        { sent: { summary }, message: { [own]: `${summary} <nil>` } },
        /"<nil>"/,
      ],
      [
        'where a format does not fit',
        { sent: { summary }, message: { [own]: `${summary}: %!s(float64=0.5)` } },
        /"%!s\(float64=0\.5\)"/,
      ],
      [
        'where a format misses its value',
        { sent: { summary }, message: { [own]: `${summary}: %!d(MISSING)` } },
        /"%!d\(MISSING\)"/,
      ],
      [
        'where a whole map is printed',
        { sent: { summary }, message: { [own]: `${summary} map[team:payments]` } },
        /a whole map/,
      ],
      [
        'where a template was not expanded',
        { sent: { summary }, message: { [own]: `${summary} {{ .Labels.team }}` } },
        /"{{ \.Labels\.team }}"/,
      ],
      [
        'where a variable is written without braces',
        {
          rule: { summary: 'errors at $value' },
          sent: { summary: 'errors at $value' },
          message: { [own]: 'errors at $value' },
        },
        /outside of {{ }}/,
      ],
      [
        'where a variable of the shell is left',
        { sent: { summary }, message: { [own]: `${summary} in \${REGION}` } },
        /"\$\{REGION\}"/,
      ],
      [
        'where a label holds what a template left',
        { sent: { summary }, labels: { region: '<no value>' } },
        /^label region/,
      ],
      [
        'where labels in the middle of a sentence are empty',
        {
          rule: { summary: 'errors for {{ $labels.job }} on {{ $labels.instance }}' },
          sent: { summary: 'errors for storefront on ' },
          message: { [own]: 'errors for storefront on ' },
        },
        /gap where {{ \$labels\.instance }} printed nothing/,
      ],
      [
        "where an annotation prints one of the rule's own labels, which the query does not have",
        {
          rule: { summary: '{{ $labels.severity }} errors' },
          sent: { summary: ' errors' },
          message: { [own]: ' errors' },
        },
        /gap where {{ \$labels\.severity }}/,
      ],
      [
        'where an annotation came out blank, though another is shown',
        {
          rule: { summary, description: '{{ $labels.pod }}' },
          sent: { summary, description: '' },
        },
        /^annotation description came out blank/,
      ],
      [
        'where an annotation has no number',
        {
          rule: { summary: '{{ $value }} % fail' },
          sent: { summary: 'NaN % fail' },
          message: { [own]: 'NaN % fail' },
        },
        /no number where {{ \$value }} printed "NaN"/,
      ],
      [
        'where a detail is blank',
        {
          sent: { summary },
          message: { 'payload.summary': summary, 'payload.custom_details.owner': ' ' },
          page: { receiver: 'pagerduty' },
        },
        /custom_details\.owner is blank/,
      ],
      [
        'where a field is only a sign',
        { sent: { summary }, message: { [own]: summary, 'attachments[0].fields[zone]': '()' } },
        /fields\[zone\] is blank/,
      ],
      [
        'where a line says nothing after a name',
        { sent: { summary }, message: { [own]: `${summary}\ndescription: \nteam: payments` } },
        /nothing after "description:"/,
      ],
      [
        "where the message's own sentence has a gap",
        { sent: { summary }, message: { [own]: `${summary}\nSeen on  in eu-1` } },
        /has a gap: "Seen on {2}in eu-1"/,
      ],
      [
        "where the message's own sentence lacks what it is about",
        { sent: { summary }, message: { [own]: `${summary}\nInstance  is down` } },
        /has a gap: "Instance {2}is down"/,
      ],
      [
        "where the message's own sentence lacks its first word",
        { sent: { summary }, message: { [own]: summary, 'attachments[0].title': ' fails in eu-1' } },
        /title has a gap: "fails in eu-1"/,
      ],
      [
        'where a colon follows a word that is missing',
        { sent: { summary }, message: { 'payload.summary': summary, 'payload.source': 'Errors on : 5 %' } },
        /payload\.source has a gap: "Errors on :"/,
      ],
      ...(
        [
          ['Now: , limit: 5', /has a gap: "Now: ,"/],
          ['(instance: )', /has a gap: "\(instance: \)"/],
          ['It now has  errors', /has a gap: "It now has {2}errors"/],
          ['The rate is % of all', /has a gap: "The rate is %"/],
          ['Rate: %', /has a gap: "Rate: %"/],
          ['`` is down', /has a gap: "``"/],
          ['Region: ', /says nothing after "Region:"/],
          ['Region: \nJob: api', /says nothing after "Region:"/],
          ['Region:  | Job: api', /has a gap: "Region: {2}\|"/],
          ['Team: **', /has a gap: "Team: \*\*"/],
          ['Value: NaN', /"NaN" in the place of a number/],
          ['Value: +Inf%', /"\+Inf" in the place of a number/],
          ['%s errors', /"%s": a format stands outside of printf/],
          ['Rate %.2f', /"%\.2f": a format stands outside of printf/],
          ['until 0001-01-01 00:00:00 +0000 UTC', /"0001-01-01": the time is missing/],
        ] as const
      ).map(([line, fault]): [string, Told, RegExp] => [
        `where a line of the message is ${line}`,
        { sent: { summary }, message: { [own]: `${summary}\n${line}` } },
        fault,
      ]),
      ...(
        [
          ['[FIRING] : ', /title has a gap: "\[FIRING\] :"/],
          ['[FIRING]:', /title has a gap: "\[FIRING\]:"/],
          ['ErrorsHigh - ', /title has a gap: "ErrorsHigh -"/],
          [' | eu-1', /title has a gap: "\| eu-1"/],
        ] as const
      ).map(([title, fault]): [string, Told, RegExp] => [
        `where the title is ${title}`,
        { sent: { summary }, message: { [own]: summary, 'attachments[0].title': title } },
        fault,
      ]),
      [
        'where brackets hold nothing',
        { sent: { summary }, message: { text: `${summary} []` } },
        /^text has a gap: /,
      ],
      [
        'where a part that the configuration writes is blank',
        {
          sent: { summary },
          delivery: {
            texts: [
              { field: 'attachments[0].title', text: summary },
              { field: own, text: '', written: true },
            ],
          },
        },
        /attachments\[0\]\.text is blank/,
      ],
      [
        'where another text is shown, which is cut',
        { sent: { summary }, message: { [own]: `${summary.slice(0, 12)}…` } },
        /does not say/,
      ],
    ];
    for (const [name, how, message] of failing) {
      it(name, () => {
        const verdict = told(how);
        expect(verdict.outcome).to.equal('fail');
        expect(verdict.message).to.match(message);
      });
    }

    it('at a webhook whose annotation is blank', () => {
      const webhook = { receiver: 'webhook', annotations: { summary: '' } } as const;
      expect(told({ page: webhook, delivery: { texts: [] } }).message).to.match(/summary came out blank/);
    });

    it('if the resolved message shows a leftover of a template', () => {
      const record = recordWith();
      const [firing, , third] = record.deliveries;
      if (!firing || !third) throw new Error('no deliveries');
      const verdict = verdictOf(
        { ...record, deliveries: [firing, deliveryOf({ [own]: `${summary} <no value>` }), third] },
        'says',
      );
      expect(verdict.message).to.match(/^when resolved, attachments\[0\]\.text has "<no value>"/);
    });

    const failed =
      '<error expanding template: error executing template __alert_A: template: __alert_A:1:14: executing>';
    for (const left of [failed, 'more than $value'])
      it(`once, by the annotation, where the messages only repeat ${left}`, () => {
        const message = { [own]: left, 'attachments[0].fallback': `A: ${left}` };
        const { message: fault } = told({ sent: { summary: left }, message, resolved: message });
        expect(fault).to.match(/^annotation summary has "/);
        expect(fault).not.to.contain('; ');
      });

    it('for the resolved message too, if its annotation differs from that of the firing alert', () => {
      const verdict = told({ sent: { summary }, resolved: { [own]: failed } });
      expect(verdict.message).to.match(/^when resolved, attachments\[0\]\.text has "<error expanding/);
    });

    it('for the message too, if it has more than the annotation', () => {
      const { message } = told({ sent: { summary: failed }, message: { [own]: `${failed} in <no value>` } });
      expect(message).to.match(/^annotation summary has .*; attachments\[0\]\.text has "<no value>"/);
    });

    it('without a page', () => {
      expect(verdictOf(recordWith({ pages: [] }), 'says').outcome).to.equal('fail');
    });
  });

  it('is broken if the message could not be read, or the rule is not known', () => {
    const { texts: _, ...unread } = deliveryOf({});
    expect(verdictOf(recordWith({ deliveries: [unread] }), 'says').outcome).to.equal('broken');
    const { rule: __, ...unknown } = evidenceOf();
    expect(verdictOf(recordWith({ evidence: { alerts: [unknown] } }), 'says').outcome).to.equal('broken');
  });

  it('is no check of records of older versions', () => {
    expect(() => verdictOf(recordWith({ version: 2 }), 'says')).to.throw('no check says');
  });
});
