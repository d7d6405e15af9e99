import { expect } from 'chai';
import { shapes } from '../configuration/production/testing/shapes.ts';
import { runCli } from './testing/cli.ts';
import { expectHeld, filesOfExample } from './testing/example-hello.ts';

/** The example with the monitoring of a shape, and the scenario with the labels that its targets have. */
async function filesWith(shape: keyof typeof shapes): Promise<Record<string, string>> {
  const example = Object.entries(await filesOfExample()).filter(([path]) => !path.startsWith('monitoring/'));
  const monitoring = Object.entries(shapes[shape]).map(([path, text]) => [`monitoring/${path}`, text]);
  const files: Record<string, string> = Object.fromEntries([...example, ...monitoring]);
  const scenario = 'scenarios/web-down.yaml';
  files[scenario] = (files[scenario] ?? '')
    .replace('instance: web-2 }', 'instance: "web-2:8080" }')
    .replace('instance="web-2"', 'instance="web-2:8080"');
  return files;
}

describe('files of production', function () {
  this.timeout(900_000);

  for (const [shape, least] of [
    ['operator', 8],
    ['compose', 10],
  ] as const)
    it(`of the shape ${shape} are drilled unchanged`, async () => {
      const ended = await runCli({ args: ['{dir}/scenarios/web-down.yaml'], files: await filesWith(shape) });
      expectHeld(ended);
      expect(ended.kept?.record.replacements?.length).to.be.at.least(least);
      expect(ended.stdout + ended.stderr).to.contain('replacements in your files, see the report');
      expect(JSON.stringify(ended.kept?.record)).to.not.contain('not-for-everybody');
    });
});
