import { expect } from 'chai';
import { checkAlertmanager } from '../checked/check-alertmanager.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';
import { routeOf } from '../routes/route.ts';
import { adopt } from './adopt.ts';
import { config, nights, secret } from './testing/samples.ts';

const main = 'alertmanager/alertmanager.yml';

const adopted = (files: Readonly<Record<string, string>>) =>
  adopt(new Map(Object.entries(files)), new Map(), Object.keys(files));

/** What Alertmanager would read, and the list of replacements as `line path: what`. */
function read(files: Readonly<Record<string, string>>) {
  const result = adopted(files);
  const { replacements } = result.adoption;
  return {
    config: result.yaml(main),
    listed: replacements.map(({ line, path, what }) => `${line} ${path}: ${what}`),
    problems: checkAlertmanager(result.place(main), result.yaml(main)).map(
      ({ where, message }) => `${where}: ${message}`,
    ),
    texts: result,
  };
}

const notifiers = (config: Yaml, key: string): Yaml[] =>
  maps(config.receivers).flatMap((one) => maps(one[key]));

const route = 'route: { receiver: team }\n';

describe('adoptAlertmanager', () => {
  it('puts made-up values in the place of files with secrets, the same for the same file', () => {
    const { config, listed, problems } = read({
      [main]: `global:
  slack_api_url_file: /run/secrets/slack
  http_config:
    authorization: { credentials_file: /run/secrets/token }
${route}receivers:
  - name: team
    slack_configs:
      - channel: "#a"
      - { channel: "#b", api_url_file: /run/secrets/other }
      - { channel: "#c", api_url_file: /run/secrets/slack }
    pagerduty_configs:
      - routing_key_file: /run/secrets/pd
      - service_key_file: /run/secrets/pd-old
    webhook_configs:
      - url_file: /run/secrets/hook
    telegram_configs:
      - { bot_token_file: /run/secrets/bot, chat_id: -100 }
`,
    });
    const [, b, c] = notifiers(config, 'slack_configs');
    const { slack_api_url: shared } = map(config.global);
    expect(shared).to.match(/^https:\/\/hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/\w+$/);
    expect(c?.api_url).to.equal(shared);
    expect(b?.api_url)
      .to.match(/^https:\/\/hooks\.slack\.com\/services\//)
      .and.not.equal(shared);
    const [v2, v1] = notifiers(config, 'pagerduty_configs');
    expect(v2?.routing_key).to.match(/^[0-9a-f]{32}$/);
    expect(v1?.service_key)
      .to.match(/^[0-9a-f]{32}$/)
      .and.not.equal(v2?.routing_key);
    expect(notifiers(config, 'webhook_configs')[0]?.url).to.match(/^https:\/\/[\w.-]+\/\w+$/);
    expect(notifiers(config, 'telegram_configs')[0]?.bot_token).to.match(/^[1-9]\d*:[\w-]+$/);
    expect(listed).to.include('2 global.slack_api_url_file: slack_api_url with a made-up value in its place');
    expect(listed).to.include(
      '14 receivers[team].pagerduty_configs[1].service_key_file: service_key with a made-up value in its place',
    );
    expect(listed).to.have.length(8);
    expect(JSON.stringify(config)).to.not.contain('_file');
    expect(problems).to.deep.equal([]);
  });

  it('takes the content of a file that is beside it', () => {
    const { config } = read({
      [main]: `${route}receivers: [{ name: team, slack_configs: [{ api_url_file: secrets/slack }] }]\n`,
      'alertmanager/secrets/slack': 'https://hooks.slack.com/services/T1/B1/x\n',
    });
    expect(notifiers(config, 'slack_configs')[0]?.api_url).to.equal(
      'https://hooks.slack.com/services/T1/B1/x',
    );
  });

  it('leaves out certificates, proxies and tokens of others', () => {
    const { config, listed } = read({
      [main]: `global:
  smtp_tls_config: { ca_file: /etc/ca.pem }
  http_config:
    proxy_url: http://proxy.corp:3128
    follow_redirects: false
${route}receivers:
  - name: team
    webhook_configs:
      - url: https://a.example/x
        http_config:
          tls_config: { cert_file: /etc/cert.pem, key_file: /etc/key.pem }
          oauth2: { client_id: a, client_secret_file: /etc/secret, token_url: https://login.example }
`,
    });
    expect(map(config.global)).to.deep.equal({ http_config: { follow_redirects: false } });
    expect(notifiers(config, 'webhook_configs')).to.deep.equal([
      { url: 'https://a.example/x', http_config: {} },
    ]);
    expect(listed.filter((one) => one.endsWith('left out'))).to.have.length(4);
  });

  it('leaves a setting that is there twice, which Alertmanager refuses', () => {
    const { config, listed } = read({
      [main]: `global: { slack_api_url: https://hooks.slack.com/services/T1/B1/c, slack_api_url_file: /a }\n${route}receivers: [{ name: team }]\n`,
    });
    expect(Object.keys(map(config.global))).to.deep.equal(['slack_api_url', 'slack_api_url_file']);
    expect(listed).to.deep.equal([]);
  });

  it('leads what takes the messages of Slack or PagerDuty elsewhere to the emulated receivers, and drops tracing', () => {
    const { config, listed, problems } = read({
      [main]: `global: { pagerduty_url: https://oncall.example/v2/enqueue }
tracing: { endpoint: otel.example:4317 }
${route}receivers:
  - name: team
    slack_configs:
      - { api_url: https://chat.example/hooks/one }
      - { api_url: https://chat.example/hooks/other }
      - { api_url: https://hooks.slack.com/services/T1/B1/c }
`,
    });
    expect(map(config.global).pagerduty_url).to.equal('https://events.pagerduty.com/v2/enqueue');
    const [one, other, own] = notifiers(config, 'slack_configs').map(({ api_url }) => api_url);
    expect(one)
      .to.match(/^https:\/\/hooks\.slack\.com\/services\/T/)
      .and.not.equal(other);
    expect(own).to.equal('https://hooks.slack.com/services/T1/B1/c');
    expect(listed).to.have.length(4);
    expect(JSON.stringify(listed)).to.not.contain('/hooks/');
    expect(problems).to.deep.equal([]);
  });

  describe('placeholders', () => {
    const withKey = (key: string, more = '') =>
      read({
        [main]: `${route}receivers:
  - name: team
    pagerduty_configs:
      - routing_key: ${key}
${more}`,
      });

    it('tells a variable that Alertmanager would send as it is, and does not replace it', () => {
      for (const key of ['$'.concat('{PD_KEY}'), '$PD_KEY', '$(PD_KEY)']) {
        const { config, listed, problems } = withKey(key);
        expect(notifiers(config, 'pagerduty_configs')[0]?.routing_key).to.equal(key);
        expect(listed).to.deep.equal([]);
        expect(problems).to.have.length(1);
        expect(problems[0]).to.contain(
          `${main}:5: receivers[team].pagerduty_configs[0].routing_key: Alertmanager expands no environment variables`,
        );
      }
    });

    it('replaces it if the user says that something does', () => {
      const text = `${route}receivers: [{ name: team, pagerduty_configs: [{ routing_key: "\${PD_KEY}" }] }]\n`;
      const files = adopt(new Map([[main, text]]), new Map(), [main], [], { isFilledIn: true });
      expect(notifiers(files.yaml(main), 'pagerduty_configs')[0]?.routing_key).to.match(/^[0-9a-f]{32}$/);
    });

    it('replaces variables if Alertmanager would not start with one of them: something fills the file in', () => {
      const { config, listed, problems } = withKey(
        '$'.concat('{PD_KEY}'),
        `    slack_configs:
      - api_url: \${SLACK_URL}
      - api_url: \${SLACK_URL}
      - api_url: \${OTHER_URL:-https://hooks.slack.com/services/T1/B1/c}
`,
      );
      expect(notifiers(config, 'pagerduty_configs')[0]?.routing_key).to.match(/^[0-9a-f]{32}$/);
      const [first, second, third] = notifiers(config, 'slack_configs').map(({ api_url }) => api_url);
      expect(first)
        .to.equal(second)
        .and.match(/^https:\/\/hooks\.slack\.com\/services\/T/);
      expect(third).to.equal('https://hooks.slack.com/services/T1/B1/c');
      expect(listed).to.include(
        `5 receivers[team].pagerduty_configs[0].routing_key: a made-up value in the place of \${PD_KEY}`,
      );
      expect(problems).to.deep.equal([]);
    });

    it('replaces what Helm and Ansible fill in, and what an export hides', () => {
      const { config, listed, problems } = read({
        [main]: `${route}receivers:
  - name: team
    slack_configs:
      - api_url: {{ .Values.slack.url | quote }}
        channel: '#{{ .Values.team }}-alerts'
        title: '{{ "{{" }} .CommonLabels.alertname {{ "}}" }}'
        text: '{{ template "slack.text" . }}'
      - api_url: "{{ slack_url }}"
    pagerduty_configs:
      - routing_key: <secret>
      - routing_key: <secret>
`,
      });
      const [helm, ansible] = notifiers(config, 'slack_configs');
      expect(helm?.api_url).to.match(/^https:\/\/hooks\.slack\.com\/services\/T/);
      expect(ansible?.api_url)
        .to.match(/^https:\/\/hooks\.slack\.com\/services\/T/)
        .and.not.equal(helm?.api_url);
      expect(helm?.channel).to.match(/^#madeup\w+-alerts$/);
      expect(helm?.title).to.equal('{{ .CommonLabels.alertname }}');
      expect(helm?.text).to.equal('{{ template "slack.text" . }}');
      const [one, other] = notifiers(config, 'pagerduty_configs').map(({ routing_key }) => routing_key);
      expect(one)
        .to.match(/^[0-9a-f]{32}$/)
        .and.not.equal(other);
      expect(listed[0]).to.match(
        /^5 receivers\[team\].*\.api_url: a made-up value in the place of \{\{ \.Values\.slack\.url \| quote \}\}$/,
      );
      expect(problems).to.deep.equal([]);
    });

    it('makes up nothing that decides where an alert goes', () => {
      const {
        config,
        listed,
        problems: ofTemplate,
      } = read({
        [main]: `route:
  receiver: team
  routes:
    - { receiver: team, matchers: ['severity="{{ .Values.severity }}"'] }
receivers: [{ name: team, slack_configs: [{ api_url: "{{ .Values.url }}" }] }]
`,
      });
      expect(maps(map(config.route).routes)[0]?.matchers).to.deep.equal([
        'severity="{{ .Values.severity }}"',
      ]);
      expect(listed).to.have.length(1);
      expect(ofTemplate).to.have.length(1);
      expect(ofTemplate[0]).to.contain('matchers[0]: Alertmanager fills nothing into routes');
      const { problems } = read({
        [main]: `route: { receiver: team, routes: [{ receiver: team, matchers: ['severity="\${SEVERITY}"'] }] }
receivers: [{ name: team, slack_configs: [{ api_url: "\${URL}" }] }]
`,
      });
      expect(problems).to.have.length(1);
      expect(problems[0]).to.contain('matchers[0]: Alertmanager expands no environment variables');
    });
  });

  describe('a main file of another name', () => {
    const team = `${route}receivers: [{ name: team, webhook_configs: [{ url: 'https://a.example/' }] }]\n`;
    for (const name of ['config.yml', 'alertmanager.yml.j2', 'config.yml.template', 'alertmanager.tpl'])
      it(`is taken by what it says: ${name}`, () => {
        const { config, listed, texts } = read({ [`alertmanager/${name}`]: team });
        expect(map(config.route).receiver).to.equal('team');
        expect(listed).to.deep.equal(['undefined : read as alertmanager.yml']);
        expect(texts.place(main).to('route').line).to.equal(`alertmanager/${name}:1`);
      });

    it('is not taken beside the file of that name, from a folder, or where there are two', () => {
      const others: Record<string, string>[] = [
        { [main]: team, 'alertmanager/config.yml': `${team}# another\n` },
        { 'alertmanager/old/config.yml': team },
        { 'alertmanager/a.yml': team, 'alertmanager/b.yml': team },
        { 'alertmanager/config.yml': 'receivers: [{ name: team }]' },
      ];
      for (const files of others) {
        const { listed, texts } = read(files);
        expect(listed).to.deep.equal([]);
        expect(texts.get(main)).to.equal(files[main]);
      }
    });
  });

  it('makes up what is filled in without quotes, also by programs that are not known', () => {
    const { config, listed, problems } = read({
      [main]: `global:
  slack_api_url: {{.slack_api_url}}
route: { receiver: team }
receivers:
  - name: team
    slack_configs:
      - api_url: {{ SLACK_URL }}   # from the vault
        channel: "#a"
        text: "{{ .CommonAnnotations.summary }}"
`,
    });
    expect(problems).to.deep.equal([]);
    expect(map(config.global).slack_api_url).to.match(/^https:\/\/hooks\.slack\.com\/services\/T/);
    const [slack] = notifiers(config, 'slack_configs');
    expect(slack?.api_url).to.match(/^https:\/\/hooks\.slack\.com\/services\/T/);
    expect(slack?.text).to.equal('{{ .CommonAnnotations.summary }}');
    expect(listed).to.deep.equal([
      '2 global.slack_api_url: a made-up value in the place of {{.slack_api_url}}',
      '7 receivers[team].slack_configs[0].api_url: a made-up value in the place of {{ SLACK_URL }}',
    ]);
  });

  it('finds templates beside the file whose paths are those of the machine', () => {
    const files = {
      [main]: `templates: ['/etc/alertmanager/config/*.tmpl', /etc/none/*.other, 'own/*.tmpl']\n${route}receivers: [{ name: team }]\n`,
      'alertmanager/a.tmpl': '{{ define "a" }}a{{ end }}',
      'alertmanager/more/b.tmpl': '{{ define "b" }}b{{ end }}',
    };
    const { config, listed } = read(files);
    expect(config.templates).to.deep.equal(['a.tmpl', 'more/b.tmpl', 'own/*.tmpl']);
    expect(listed.toSorted()).to.deep.equal([
      '1 templates[0]: a.tmpl, more/b.tmpl in its place',
      '1 templates[1]: left out: no file beside this one matches',
    ]);
  });
});

describe('Kubernetes resources', () => {
  describe('a HelmRelease of kube-prometheus-stack', () => {
    const team = `apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: { name: team }
spec:
  route: { receiver: a }
  receivers: [{ name: a, webhookConfigs: [{ url: 'https://a.example/' }] }]
`;
    const release = (spec: string) => ({
      'alertmanager/team.yaml': team,
      'alertmanager/release.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: kube-prometheus-stack }
spec: { values: { alertmanager: { alertmanagerSpec: ${spec} } } }
`,
    });

    it('may name the AlertmanagerConfig that is the whole configuration: its route takes all alerts', () => {
      const { config, listed } = read(release('{ alertmanagerConfiguration: { name: team } }'));
      const root = map(config.route);
      expect(root.matchers).to.equal(undefined);
      expect(root.routes).to.equal(undefined);
      expect(String(root.receiver)).to.match(/a$/);
      expect(listed).to.include('3 metadata.name: read as alertmanager/alertmanager.yml');
    });

    it('otherwise selects all, as the chart does, or those of its selector', () => {
      const all = map(read(release('{ replicas: 2 }')).config.route);
      expect(maps(all.routes)[0]?.matchers).to.deep.equal(['namespace="default"']);
      const none = map(
        read(release('{ alertmanagerConfigSelector: { matchLabels: { of: other } } }')).config.route,
      );
      expect(none.routes).to.equal(undefined);
    });
  });

  it('are opened: the files in a Secret, plain or encoded, and in a ConfigMap', () => {
    const plain = read({ 'alertmanager/secret.yaml': secret });
    expect(map(plain.config.route).receiver).to.equal('Default');
    expect(plain.texts.get('alertmanager/message.tmpl')).to.equal('{{ define "message" }}hello{{ end }}');
    expect([...plain.texts.keys()].toSorted()).to.deep.equal([main, 'alertmanager/message.tmpl']);
    // The config reloader replaces it.
    expect(notifiers(plain.config, 'pagerduty_configs')[0]?.routing_key).to.match(/^[0-9a-f]{32}$/);
    expect(plain.problems).to.deep.equal([]);
    expect(plain.texts.place(main).to('receivers', 1).where).to.equal(
      'alertmanager/secret.yaml:13: receivers[Critical]',
    );
    const text = Buffer.from('route: { receiver: a }\nreceivers: [{ name: a }]\n').toString('base64');
    for (const kind of ['Secret', 'ConfigMap']) {
      const data = kind === 'Secret' ? 'data' : 'binaryData';
      const manifest = `apiVersion: v1\nkind: ${kind}\nmetadata: { name: a }\n${data}: { alertmanager.yml: ${text} }\n`;
      expect(read({ 'alertmanager/a.yaml': manifest }).config).to.deep.equal({
        ...{ route: { receiver: 'a' }, receivers: [{ name: 'a' }] },
      });
    }
  });

  it('AlertmanagerConfig is written as the operator does', () => {
    const {
      config: written,
      listed,
      problems,
    } = read({
      'alertmanager/all.yaml': `${secret}---\n${config(nights)}`,
    });
    const [first, second] = maps(map(written.route).routes);
    expect(first).to.deep.equal({
      receiver: 'shop/team-a/page',
      matchers: ['severity=~"page|critical"', 'namespace="shop"'],
      ...{ group_by: ['alertname'], group_wait: '30s', continue: true },
      routes: [
        {
          receiver: 'shop/team-a/talk',
          ...{ matchers: ['team="a"'], mute_time_intervals: ['shop/team-a/nights'], continue: true },
        },
      ],
    });
    expect(second?.receiver).to.equal('Critical');
    expect(written.time_intervals).to.deep.equal([
      {
        name: 'shop/team-a/nights',
        time_intervals: [
          { times: [{ start_time: '22:00', end_time: '24:00' }], weekdays: ['monday:friday'] },
        ],
      },
    ]);
    expect(written.inhibit_rules).to.deep.equal([
      {
        source_matchers: ['severity="critical"', 'namespace="shop"'],
        target_matchers: ['severity="warning"', 'namespace="shop"'],
        equal: ['job'],
      },
    ]);
    const [page] = notifiers({ receivers: maps(written.receivers).slice(2) }, 'pagerduty_configs');
    expect(page).to.deep.include({ send_resolved: true, details: { cluster: 'one' } });
    expect(page?.routing_key).to.match(/^[0-9a-f]{32}$/);
    expect(page?.links).to.deep.equal([{ href: 'https://wiki.example', text: 'Runbook' }]);
    expect(page?.images).to.deep.equal([{ src: 'https://a.example/b.png', alt: 'Graph' }]);
    expect(problems).to.deep.equal([]);
    expect(listed).to.include(
      '19 metadata.name: written as Alertmanager\'s configuration: its receivers and time intervals are called shop/team-a/…, and its route takes alerts with namespace="shop" only',
    );
    expect(listed).to.include('31 spec.receivers[page].pagerdutyConfigs[0].routingKey: a made-up value');
  });

  it('an alert of another namespace, or of none, does not take the route of an AlertmanagerConfig', () => {
    const { config: written } = read({ 'alertmanager/all.yaml': `${secret}---\n${config(nights)}` });
    const receivers = (labels: Record<string, string>) =>
      routeOf(written, labels).map(({ receiver }) => receiver);
    expect(receivers({ severity: 'page', namespace: 'shop' })).to.deep.equal(['shop/team-a/page']);
    expect(receivers({ severity: 'critical', namespace: 'shop' })).to.deep.equal([
      'shop/team-a/page',
      'Critical',
    ]);
    expect(receivers({ severity: 'page', namespace: 'other' })).to.deep.equal(['Default']);
    expect(receivers({ severity: 'page' })).to.deep.equal(['Default']);
  });

  it('follows the Alertmanager resource: its selectors, its strategy and its own configuration', () => {
    const manager = (spec: string) =>
      `apiVersion: monitoring.coreos.com/v1\nkind: Alertmanager\nmetadata: { name: main, namespace: shop }\nspec: ${spec}\n`;
    const routes = (spec: string) => {
      const { config: written, listed } = read({
        'alertmanager/all.yaml': `${manager(spec)}---\n${config(nights.replace('mute', 'mute'), 'v1alpha1')}`,
      });
      return { written, listed, root: map(written.route), below: maps(map(written.route).routes) };
    };
    const none = routes('{ alertmanagerConfigSelector: { matchLabels: { team: b } } }');
    expect(none.below).to.deep.equal([]);
    expect(none.root.receiver).to.equal('null');
    expect(none.listed).to.deep.equal(['8 metadata.name: left out: none of its receivers is notified']);
    const open = routes(
      '{ alertmanagerConfigSelector: { matchLabels: { team: a } }, alertmanagerConfigMatcherStrategy: { type: None } }',
    );
    expect(open.below.map(({ matchers }) => matchers)).to.deep.equal([['severity=~"page|critical"']]);
    const whole = routes('{ alertmanagerConfiguration: { name: team-a, global: { resolveTimeout: 1m } } }');
    expect(whole.root).to.deep.include({ receiver: 'shop/team-a/page' });
    expect(whole.root.continue).to.equal(undefined);
    expect(whole.written.global).to.deep.equal({ resolve_timeout: '1m' });
  });

  const resource = (kind: string, name: string, spec: string, more = '') =>
    `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop${more} }\n${spec}\n`;
  const main1 = (receiver: string) =>
    `stringData:\n  alertmanager.yaml: |\n    route: { receiver: ${receiver} }\n    receivers: [{ name: ${receiver} }]`;
  const all = (...resources: string[]) => {
    const files = { 'alertmanager/all.yaml': resources.join('---\n') };
    const result = adopted(files);
    return {
      receiver: map(result.yaml(main).route).receiver,
      listed: result.adoption.replacements.map(({ line, what }) => `${line} ${what}`),
      problems: result.adoption.problems.map(({ where, message }) => `${where}: ${message}`),
    };
  };
  const draft = resource('Secret', 'alertmanager-draft', main1('draft'));
  const live = resource('Secret', 'alertmanager-main', main1('live'));

  it('of two files the one is read that the Alertmanager resource names, and without it none', () => {
    const named = all(resource('Alertmanager', 'main', 'spec: {}'), draft, live);
    expect(named.receiver).to.equal('live');
    expect(named.problems).to.deep.equal([]);
    expect(named.listed).to.include('8 left out: alertmanager.yaml of Secret alertmanager-draft');
    const other = all(
      live,
      draft,
      resource('Alertmanager', 'main', 'spec: { configSecret: alertmanager-draft }'),
    );
    expect(other.receiver).to.equal('draft');
    expect(other.problems).to.deep.equal([]);
    expect(all(draft, live).problems).to.deep.equal([
      'alertmanager/all.yaml:11: metadata.name: alertmanager.yaml of Secret shop/alertmanager-main (alertmanager/all.yaml:11) and alertmanager.yaml of Secret shop/alertmanager-draft (alertmanager/all.yaml:3) are both a configuration of Alertmanager, and it reads one',
    ]);
    expect(all(draft).problems).to.deep.equal([]);
    for (const secretOfAnother of [draft, live.replace('namespace: shop', 'namespace: other')])
      expect(all(resource('Alertmanager', 'main', 'spec: {}'), secretOfAnother).problems.join()).to.contain(
        'Alertmanager shop/main reads alertmanager.yaml of the Secret shop/alertmanager-main, which is not here',
      );
    const beside = adopted({
      'alertmanager/secret.yaml': live,
      [main]: `${route}receivers: [{ name: team }]\n`,
    });
    expect(beside.adoption.problems[0]?.message).to.contain('alertmanager/alertmanager.yml are both');
  });

  it('of two Alertmanager resources none is chosen', () => {
    const two = all(
      resource('Alertmanager', 'main', 'spec: {}'),
      resource('Alertmanager', 'other', 'spec: {}'),
      live,
    );
    expect(two.problems).to.deep.equal([
      'alertmanager/all.yaml:8: metadata.name: Alertmanager shop/other and Alertmanager shop/main (alertmanager/all.yaml:3) are both here, and a drill has one Alertmanager',
    ]);
  });

  it('of two templates of one name none is chosen', () => {
    const template = (name: string, content: string) =>
      resource('ConfigMap', name, `data:\n  a.tmpl: '{{ define "a" }}${content}{{ end }}'`);
    expect(all(live, template('one', 'a'), template('two', 'b')).problems.join()).to.contain(
      'a.tmpl of ConfigMap shop/two and a.tmpl of ConfigMap shop/one would be the same file alertmanager/a.tmpl',
    );
    expect(all(live, template('one', 'a'), template('two', 'a')).problems).to.deep.equal([]);
  });

  it('an AlertmanagerConfig that is not here, or of a namespace whose labels are not, is told', () => {
    const spec = (text: string) => resource('Alertmanager', 'main', `spec: ${text}`);
    expect(all(spec('{ alertmanagerConfiguration: { name: none } }'), live).problems.join()).to.contain(
      'takes its configuration from the AlertmanagerConfig shop/none, which is not here',
    );
    const selecting = spec(
      '{ alertmanagerConfigSelector: {}, alertmanagerConfigNamespaceSelector: { matchLabels: { tier: a } } }',
    );
    const own = config(nights);
    expect(all(selecting, live, own).problems.join()).to.contain('labels of the namespace shop');
    const namespace = (tier: string) =>
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { tier: ${tier} } }\n`;
    expect(all(selecting, live, own, namespace('a')).problems).to.deep.equal([]);
    const notSelected = all(selecting, live, own, namespace('b'));
    expect(notSelected.listed.join()).to.contain('left out: none of its receivers is notified');
  });

  it('a Secret is looked up in the namespace of what refers to it', () => {
    const key = 'a'.repeat(32);
    const pagerduty = (namespace: string) =>
      resource('Secret', 'pagerduty', `stringData: { routing: ${key} }`).replace('shop', namespace);
    const used = (namespace: string) => {
      const files = { 'alertmanager/all.yaml': [live, config(nights), pagerduty(namespace)].join('---\n') };
      const { config: written, texts } = read(files);
      const why = texts.adoption.replacements.map((one) => one.why).join();
      return { key: notifiers(written, 'pagerduty_configs')[0]?.routing_key, why };
    };
    expect(used('shop').key).to.equal(key);
    expect(used('other').key).to.not.equal(key);
    const twice = all(live, pagerduty('shop'), pagerduty('shop').replace(key, 'b'.repeat(32)));
    expect(twice.problems.join()).to.contain('routing of Secret shop/pagerduty is here twice');
    expect(used('other').why).to.contain('the Secret pagerduty of the namespace shop is not here');
    const mounted = (namespace: string) =>
      notifiers(
        read({
          'alertmanager/all.yaml': [
            resource(
              'Secret',
              'alertmanager-main',
              `${main1('live')}\n`.replace(
                '[{ name: live }]',
                '[{ name: live, pagerduty_configs: [{ routing_key_file: /etc/alertmanager/secrets/pagerduty/routing }] }]',
              ),
            ),
            pagerduty(namespace),
          ].join('---\n'),
        }).config,
        'pagerduty_configs',
      )[0]?.routing_key;
    expect(mounted('shop')).to.equal(key);
    expect(mounted('other')).to.not.equal(key);
  });
});
