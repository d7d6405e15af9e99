import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { broken, FiredrillError } from '../../core/errors.ts';
import type { System } from '../../core/system.ts';

/** Adds to the error of a fault without effect that no service has used its link, if that is so. */
export async function tellUnusedLinks(
  error: unknown,
  needed: readonly string[],
  links: System['links'],
  logs: string,
): Promise<unknown> {
  const unused = unusedLinks(needed, await readFile(join(logs, 'toxiproxy.log'), 'utf8').catch(() => ''));
  const [problem] = error instanceof FiredrillError ? error.problems : [];
  if (unused.length === 0 || !problem) return error;
  const variables = unused.map((name) => `${links[name]?.variable} of ${links[name]?.from}`);
  return broken(
    problem.where,
    `${problem.message}; no connection has reached the link ${unused.join(', ')}`,
    `the fault had no effect, so the alert was not tested; does the service take the address from ${variables.join(', ')}?`,
    error,
  );
}

/**
 * The links to which nothing has connected since the stack started.
 *
 * @param log that of toxiproxy, which all links pass.
 */
export function unusedLinks(links: readonly string[], log: string): string[] {
  const used = new Set(
    log
      .split('\n')
      .filter((line) => line.includes('"message":"Accepted client"'))
      .map((line) => /"name":"([^"]*)"/.exec(line)?.[1]),
  );
  return links.filter((link) => !used.has(link));
}
