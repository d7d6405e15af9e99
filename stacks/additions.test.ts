import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { readConfigFiles } from '../configuration/config-files.ts';
import { judgeFiles } from '../configuration/judge.ts';
import { unpacedRules } from '../configuration/paced/unpaced-rules.ts';
import { paces } from '../core/pace.ts';
import { originsOfKind } from '../core/receivers/origins.ts';
import { receiverNames } from '../core/receivers/receivers.ts';
import { additionNames, stackNames } from '../core/scenario.ts';
import { additions } from './additions.ts';
import { prometheusFlags } from './components/prometheus.ts';
import { stackOf } from './stacks.ts';

interface Rule {
  readonly alert?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const origins = new Map(
  receiverNames.flatMap(originsOfKind).map((origin) => [origin, 'http://127.0.0.1:1'] as const),
);

describe('additions', () => {
  for (const name of additionNames) {
    for (const stackName of stackNames) {
      it(`${name} is a configuration for the stack ${stackName}, which means the same at any pace`, async () => {
        const stack = stackOf(stackName, 'sidecar', prometheusFlags, [name]);
        const files = await readConfigFiles(stack.config.map((path) => join(import.meta.dirname, path)));
        for (const { factor } of Object.values(paces)) {
          const { problems } = judgeFiles(stack, files, factor, origins);
          expect(problems).to.deep.equal([]);
        }
        expect(unpacedRules(files, paces.fast)).to.deep.equal([]);
      });
    }

    it(`${name} has a runbook for every alert, which speaks of it`, async () => {
      const files = await readConfigFiles(
        additions[name].config.map((folder) => join(import.meta.dirname, folder)),
      );
      const rules = [...files]
        .filter(([path]) => path.startsWith('prometheus/rules/'))
        .flatMap(([, text]) => (parse(text) as { groups: { rules: Rule[] }[] }).groups)
        .flatMap((group) => group.rules);
      for (const { alert, annotations } of rules) {
        if (alert === undefined) continue;
        const path = annotations?.runbook?.replace('https://runbooks.internal/', '');
        const runbook = await readFile(join(import.meta.dirname, `../docs/runbooks/${path}.md`), 'utf8');
        expect(runbook, alert).to.contain(`\`${alert}\``);
      }
    });
  }
});
