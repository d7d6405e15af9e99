/*
 * The commands of docs/your-system.md, as tests run them: the tests take them from here, and
 * harness/command/documented-system.test.ts holds that the page has no other one.
 */

/** In a checkout of firedrill; harness/systems.integration.ts runs them. */
export const drillsInCheckout = [
  'npm run scenario examples/hello/scenarios/web-down.yaml',
  'npm run scenario examples/hello/scenarios/stock-fails.yaml',
  'npm run scenario examples/hello/scenarios/stock-cut-off.yaml',
] as const;

/** In a checkout of firedrill; scripts/package.integration.ts runs it. */
export const pack = 'npm pack';

/** In the folder of an example; harness/examples.nightly.ts runs it. */
export const fetchWiremock = 'mvn -q package';

/** In the folder of a user, beside a folder `firedrill` with the package; scripts/package.integration.ts runs it. */
export const installPackage = 'npm install --save-dev ../firedrill/firedrill-0.1.0.tgz';

/** In the folder of a user who has installed the package; scripts/package.integration.ts runs them, in this order. */
export const commandsOfPackage = [
  'npx firedrill --help',
  'npx firedrill setup',
  'npx firedrill init',
  'npx firedrill lint',
  'npx firedrill run scenarios/web-down.yaml --runtime process',
] as const;

export const documentedCommands: readonly string[] = [
  ...drillsInCheckout,
  pack,
  fetchWiremock,
  installPackage,
  ...commandsOfPackage,
];

/** A command as a program and its arguments. None of them needs a shell. */
export function wordsOf(command: string): [file: string, args: string[]] {
  const [file = '', ...args] = command.split(' ');
  return [file, args];
}
