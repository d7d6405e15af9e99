import { expect } from 'chai';
import { checkoutErrors } from '../scenarios/checkout-errors.ts';
import { likeCheckoutErrors, onBrokenCopy, routes, rules } from './testing/broken-copy.ts';
import { expectRefusal } from './testing/expect-outcome.ts';
import { refusedCommands } from './testing/overlapping-commands.ts';

describe('bad configuration', () => {
  const command = refusedCommands();

  command(
    'names the directory that does not exist',
    () => ({ args: [checkoutErrors.name, '--stack', 'metrics', '--config', '{dir}/mine'] }),
    (ended) => {
      expect(expectRefusal(ended, 2)).to.equal(
        '--config {dir}/mine: does not exist\n    → lay it out like stacks/config, e.g. prometheus/rules/mine.yml in it',
      );
    },
  );
  command(
    'names every file that no component reads',
    () => onBrokenCopy({ added: { 'promtheus/rules/mine.yml': 'groups: []\n', 'mine.yml': 'groups: []\n' } }),
    (ended) => {
      const said = expectRefusal(ended, 2);
      for (const path of ['promtheus/rules/mine.yml', 'mine.yml'])
        expect(said).to.match(
          new RegExp(`overlay/${path}: no component reads it; expected it under .*prometheus/`),
        );
    },
  );
  command(
    'names every file that its component does not read, although it is in the right folder',
    () =>
      onBrokenCopy({
        added: {
          'alertmanager/config.yml': 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n',
          'prometheus/rules/mine.rules': 'groups: []\n',
        },
      }),
    (ended) => {
      const said = expectRefusal(ended, 2);
      expect(said).to.match(/overlay\/alertmanager\/config\.yml: nothing reads it: Alertmanager reads /);
      expect(said).to.match(/overlay\/prometheus\/rules\/mine\.rules: nothing reads it: Prometheus reads /);
    },
  );
  command(
    'names every invalid place in the files, by its line and the names of its group and rule',
    () =>
      onBrokenCopy({
        changed: {
          [rules]: [
            ['> 0.05', '> '],
            ['for: 2m', 'for: 2 min'],
          ],
        },
        added: { 'prometheus/rules/mine.yml': 'groups:\n  - name: mine\n   rules: []\n' },
      }),
    (ended) => {
      const said = expectRefusal(ended, 2);
      const rule = 'groups\\[checkout\\]\\.rules\\[CheckoutErrorRateHigh\\]';
      expect(said).to.match(
        new RegExp(
          `^\\{dir\\}/overlay/prometheus/rules/checkout\\.yml:\\d+: ${rule}\\.expr: PromQL expression: line \\d+, column \\d+: `,
          'm',
        ),
      );
      expect(said).to.match(new RegExp(`checkout\\.yml:\\d+: ${rule}\\.for: "2 min" is no duration`));
      expect(said).to.match(/overlay\/prometheus\/rules\/mine\.yml:3: /);
    },
  );
  command(
    'shows what firedrill finds in the files together with what each component itself refuses',
    () =>
      onBrokenCopy({
        changed: {
          [rules]: [['for: 2m', 'four: 2m']],
          [routes]: [['receiver: webhook', 'receiver: webhok']],
          'collector/sidecar.yaml': [['    check_interval: 1s', '    check_intervall: 1s']],
        },
        added: {
          'prometheus/rules/mine.yml':
            'groups: [{ name: mine, rules: [{ alert: Mine, expr: rate(up) > 0 }] }]\n',
        },
      }),
    (ended) => {
      const said = expectRefusal(ended, 2);
      expect(said).to.match(/checkout\.yml:\d+: .*\.four: there is no such key\n {4}→ did you mean for\?/);
      expect(said).to.match(/there is no receiver "webhok"\n {4}→ did you mean webhook\?/);
      expect(said).to.match(
        /^\{dir\}\/overlay\/collector\/sidecar\.yaml: otelcol refuses it:[\s\S]*check_intervall/m,
      );
      expect(said).to.match(
        /^prometheus configuration: promtool refuses it:[\s\S]*overlay\/prometheus\/rules\/mine\.yml: .*expected type range vector/m,
      );
    },
  );
  command(
    'includes what only a component itself refuses',
    () =>
      onBrokenCopy({
        changed: {
          [routes]: [['send_resolved: true\n        title:', 'send_resolved: sometimes\n        title:']],
        },
      }),
    (ended) => {
      expect(expectRefusal(ended, 2)).to.match(/alertmanager\.yml: amtool refuses it:[\s\S]*sometimes/);
    },
  );

  command(
    'includes a target that the configuration cannot meet, and is reported before anything starts',
    () => onBrokenCopy({ scenario: likeCheckoutErrors({ within: '2m' }) }),
    (ended) => {
      const said = expectRefusal(ended, 2);
      expect(said).to.match(
        /scenario\.json:1: expectations\[0\]\.within: 2m is 8\.0 s at fast pace; .*CheckoutErrorRateHigh \(stacks\/config\/prometheus\/rules\/checkout\.yml:\d+\) alone takes up to 12\.5 s/,
      );
      expect(said).to.match(/belowFloor: true/);
    },
  );

  command(
    'includes an expected alert that no rule has, and names the most similar rule',
    () => onBrokenCopy({ scenario: likeCheckoutErrors({ alert: 'CheckoutErorRateHigh' }) }),
    (ended) => {
      expect(expectRefusal(ended, 2)).to.match(
        /scenario\.json:1: expectations\[0\]\.alert: no rule of the configuration is called "CheckoutErorRateHigh".*\n {4}→ did you mean CheckoutErrorRateHigh\?.* is at stacks\/config\/prometheus\/rules\/checkout\.yml:\d+/,
      );
    },
  );

  command(
    "names every mistake in Grafana's provisioning",
    () =>
      onBrokenCopy({
        stack: 'full',
        changed: {
          'grafana/provisioning/dashboards/slo.json': [['"title": "Objectives"', '"title": "Objectives']],
          'grafana/provisioning/alerting/contact-points.yaml': [
            ['          bottoken: "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"\n', ''],
          ],
          'grafana/provisioning/alerting/templates.yaml': [
            ['{{ define "firedrill.slack" -}}', '{{ define firedrill.slack }'],
          ],
        },
        added: {
          'grafana/provisioning/alerting/mine.yaml':
            'apiVersion: 1\ngroups:\n  - { orgId: 1, name: mine, folder: mine, interval: 1m, rules: [{ uid: mine, title: Mine, condition: A, data: [{ refId: A, datasourceUid: lokki, model: { expr: "sum(rate({a=`b`}[5m]))" } }] }] }\n',
        },
      }),
    (ended) => {
      const said = expectRefusal(ended, 2);
      expect(said).to.match(/overlay\/grafana\/provisioning\/dashboards\/slo\.json/);
      expect(said).to.match(/overlay\/grafana\/provisioning\/alerting\/contact-points\.yaml:\d+: .*bottoken/);
      expect(said).to.match(/overlay\/grafana\/provisioning\/alerting\/templates\.yaml:\d+: /);
      expect(said).to.match(
        /alerting\/mine\.yaml:3: groups\[mine\]\.rules\[Mine\]\.data\[A\]\.datasourceUid: there is no data source "lokki"\n {4}→ did you mean loki\?/,
      );
    },
  );
});
