import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, broken, messageOf } from '../../core/errors.ts';
import { complaintIn } from '../../signals/readers/component-log.ts';

/**
 * Refuses a Grafana that could not provision everything. Grafana either skips what it cannot provision or does not start.
 * Without this check, the drill would test a different configuration than the one that was written.
 *
 * @param log path of Grafana's log.
 * @param overlay the user's configuration; absent when only the project's own is used.
 * @throws FiredrillError with every provisioning error that Grafana logged: `bad-input` when the overlay causes it,
 * else `broken`.
 */
export async function refuseProvisioningErrors(log: string, overlay?: string): Promise<void> {
  const text = await readFile(log, 'utf8').catch((error: unknown) => {
    throw broken('grafana', `its log cannot be read: ${messageOf(error)}`);
  });
  const errors = provisioningErrors(text);
  if (errors.length === 0) return;
  const hint = `its whole log is ${log}`;
  // A locked database is a failure of Grafana itself, not a mistake in a file.
  if (overlay !== undefined && !errors.some((error) => error.includes('database is locked')))
    throw badInput({
      where: `--config ${join(overlay, 'grafana/provisioning')}`,
      message: `Grafana refuses it:\n${errors.join('\n')}`,
      hint,
    });
  throw broken('grafana', `it left out what it could not provision:\n${errors.join('\n')}`, hint);
}

/** The last line of a Grafana that exits because of its provisioning. Only the text shows what the error is about. */
const fatalProvisioningError =
  /^Error: ✗ (.*(?:provision|failure to (?:parse|map) file|\.(?:ya?ml|json)\b).*)/i;

/** Returns each provisioning error as one line, with the path of its file below `provisioning/`. */
export function provisioningErrors(log: string): string[] {
  return log.split('\n').flatMap((text) => {
    const last = fatalProvisioningError.exec(text)?.[1];
    if (last !== undefined) return [last];
    const { level, message, error, texts: { logger = '', file, path } = {} } = complaintIn(text) ?? {};
    if (level !== 'error' || !logger?.startsWith('provisioning')) return [];
    // A provisioning folder may be missing.
    if (path !== undefined && error?.endsWith('no such file or directory')) return [];
    const where = file?.split('/provisioning/')[1];
    return [[where, message, error].filter(Boolean).join(': ')];
  });
}
