import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, broken, messageOf } from '../../core/errors.ts';
import { complaintIn } from '../../signals/readers/component-log.ts';

/**
 * Grafana leaves out what it cannot provision, and goes on without, or does not start at all: then the drill would be of
 * another configuration than the one that was written.
 *
 * @param log the file of Grafana's log.
 * @param overlay the user's configuration, which is at fault then; without one the project's own is.
 * @throws FiredrillError `bad-input` or `broken`, with every error that Grafana logged of its provisioning.
 */
export async function refuseHalfProvisioned(log: string, overlay?: string): Promise<void> {
  const text = await readFile(log, 'utf8').catch((error: unknown) => {
    throw broken('grafana', `its log cannot be read: ${messageOf(error)}`);
  });
  const errors = provisioningErrors(text);
  if (errors.length === 0) return;
  const hint = `its whole log is ${log}`;
  // Its own database was in its way: no fault of any file.
  if (overlay !== undefined && !errors.some((error) => error.includes('database is locked')))
    throw badInput({
      where: `--config ${join(overlay, 'grafana/provisioning')}`,
      message: `Grafana refuses it:\n${errors.join('\n')}`,
      hint,
    });
  throw broken('grafana', `it left out what it could not provision:\n${errors.join('\n')}`, hint);
}

/** With which it ends when it cannot go on; what they are of is only in their text. */
const lastWords = /^Error: ✗ (.*(?:provision|failure to (?:parse|map) file|\.(?:ya?ml|json)\b).*)/i;

/** Each error of the provisioning as one line, with the file as the configuration names it. */
export function provisioningErrors(log: string): string[] {
  return log.split('\n').flatMap((text) => {
    const last = lastWords.exec(text)?.[1];
    if (last !== undefined) return [last];
    const { level, message, error, texts: { logger = '', file, path } = {} } = complaintIn(text) ?? {};
    if (level !== 'error' || !logger?.startsWith('provisioning')) return [];
    // A folder that nobody has anything to say in need not be there.
    if (path !== undefined && error?.endsWith('no such file or directory')) return [];
    const where = file?.split('/provisioning/')[1];
    return [[where, message, error].filter(Boolean).join(': ')];
  });
}
