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
  const places = unused.flatMap((name) => {
    const { from, variable, to } = links[name] ?? {};
    return variable === undefined ? [`the file of ${from}, as ${to}`] : [`${variable} of ${from}`];
  });
  return broken(
    problem.where,
    `${problem.message}; no connection has reached the link ${unused.join(', ')}`,
    `the fault had no effect, so the alert was not tested; is the address taken from ${places.join(', ')}?`,
    error,
  );
}

/**
 * The links to which nothing has connected since the stack started.
 *
 * @param log that of toxiproxy, which all links pass.
 */
function unusedLinks(links: readonly string[], log: string): string[] {
  const used = new Set(
    log
      .split('\n')
      .filter((line) => line.includes('"message":"Accepted client"'))
      .map((line) => /"name":"([^"]*)"/.exec(line)?.[1]),
  );
  return links.filter((link) => !used.has(link));
}
