import { expect } from 'chai';
import { checkoutErrors } from '../scenarios/checkout-errors.ts';
import { likeCheckoutErrors, onBrokenCopy, routes, rules } from './testing/broken-copy.ts';
import { expectUnjudged } from './testing/expect-outcome.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';

describe('bad configuration', () => {
  const command = overlappingCommands();

  command(
    'names the directory that does not exist',
    () => ({ args: [checkoutErrors.name, '--stack', 'metrics', '--config', '{dir}/mine'] }),
    (ended) => {
      expect(expectUnjudged(ended, 'bad-input', 'start stack')).to.equal(
        `--config ${ended.dir}/mine\nis no directory\nlay it out like stacks/config, e.g. prometheus/rules/mine.yml in it`,
      );
    },
  );
  command(
    'names every file that no component reads',
    () => onBrokenCopy({ added: { 'promtheus/rules/mine.yml': 'groups: []\n', 'mine.yml': 'groups: []\n' } }),
    (ended) => {
      const said = expectUnjudged(ended, 'bad-input', 'start stack');
      for (const path of ['promtheus/rules/mine.yml', 'mine.yml'])
        expect(said).to.match(
          new RegExp(`overlay/${path}\nno component reads it; expected it under .*prometheus/`),
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
      const said = expectUnjudged(ended, 'bad-input', 'start stack');
      expect(said).to.match(/overlay\/alertmanager\/config\.yml\nnothing reads it: Alertmanager reads /);
      expect(said).to.match(/overlay\/prometheus\/rules\/mine\.rules\nnothing reads it: Prometheus reads /);
      expect(ended.kept?.record.stack.components).to.deep.equal([]);
    },
  );
  command(
    'names every invalid place in the files',
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
      const said = expectUnjudged(ended, 'bad-input', 'start stack');
      expect(said).to.match(
        /^prometheus\/rules\/checkout\.yml: groups\.0\.rules\.0\.expr\nPromQL expression: line \d+, column \d+: /m,
      );
      expect(said).to.match(
        /^prometheus\/rules\/checkout\.yml: groups\.0\.rules\.0\.for\n"2 min" is no duration/m,
      );
      expect(said).to.match(/^prometheus\/rules\/mine\.yml:3\n/m);
    },
  );
  command(
    'shows what each component itself refuses',
    () =>
      onBrokenCopy({
        changed: {
          [rules]: [['for: 2m', 'four: 2m']],
          [routes]: [['receiver: webhook', 'receiver: webhok']],
          'collector/sidecar.yaml': [['    check_interval: 1s', '    check_intervall: 1s']],
        },
      }),
    (ended) => {
      const said = expectUnjudged(ended, 'bad-input', 'start stack');
      expect(said).to.match(/^prometheus configuration\npromtool refuses it:[\s\S]*field four not found/m);
      expect(said).to.match(/^alertmanager configuration\namtool refuses it:[\s\S]*"webhok"/m);
      expect(said).to.match(
        /^collector\/sidecar\.yaml configuration\notelcol refuses it:[\s\S]*check_intervall/m,
      );
    },
  );

  command(
    'includes a target that the configuration cannot meet, and is reported before anything starts',
    () => onBrokenCopy({ scenario: likeCheckoutErrors({ within: '2m' }) }),
    (ended) => {
      const said = expectUnjudged(ended, 'bad-input', 'start stack');
      expect(said).to.match(/expectations\[0\]\.within\n2m is 8\.0 s at fast pace; .* takes up to 12\.5 s/);
      expect(said).to.match(/belowFloor: true/);
      expect(ended.kept?.record.stack.components).to.deep.equal([]);
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
            'apiVersion: 1\ngroups:\n  - { orgId: 1, name: mine, folder: mine, interval: 1m, rules: [{ uid: mine, title: Mine, condition: A, data: [{ refId: A, datasourceUid: promtheus, model: { expr: up } }] }] }\n',
        },
      }),
    (ended) => {
      const said = expectUnjudged(ended, 'bad-input', 'start stack');
      expect(said).to.match(/^grafana\/provisioning\/dashboards\/slo\.json/m);
      expect(said).to.match(/^grafana\/provisioning\/alerting\/contact-points\.yaml: .*bottoken/m);
      expect(said).to.match(/^grafana\/provisioning\/alerting\/templates\.yaml: /m);
      expect(said).to.match(/^grafana\/provisioning\/alerting\/mine\.yaml: .*\n.*"promtheus"/m);
      expect(ended.kept?.record.stack.components).to.deep.equal([]);
    },
  );
});
