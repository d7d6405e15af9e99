import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { badInput, messageOf } from '../../core/errors.ts';
import { unreadable } from '../../core/file-errors.ts';

/**
 * Returns the default export of a module of the user.
 *
 * @param file its path, for messages.
 * @param what it exports.
 * @param hint what to do if there is no such file.
 * @throws FiredrillError `bad-input` if it cannot be loaded, or has no default export.
 */
export async function moduleAt(
  file: string,
  path: string,
  what: 'scenario' | 'system',
  hint?: string,
): Promise<unknown> {
  const message = await readFile(path).then(() => undefined, unreadable);
  if (message !== undefined) throw badInput({ where: file, message, ...(hint ? { hint } : {}) });
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (error) {
    const line = lineIn(error, path);
    throw badInput({
      where: line === undefined ? file : `${file}:${line}`,
      message:
        error instanceof SyntaxError
          ? `does not parse: ${error.message}`
          : `throws when it is loaded: ${error instanceof Error ? `${error.name}: ` : ''}${messageOf(error)}`,
      hint: `fix the module, or write the ${what} as YAML: it is only data`,
    });
  }
  if (module.default !== undefined) return module.default;
  throw badInput({
    where: file,
    message: `has no default export; expected a ${what}`,
    hint: `write export default { name: …, ${what === 'scenario' ? 'title' : 'services'}: …, … }`,
  });
}

/** The line of a module at which an error was thrown. Only the stack trace of the error has it. */
function lineIn(error: unknown, path: string): string | undefined {
  const [, after = ''] = (error instanceof Error ? (error.stack ?? '') : '').split(`${path}:`);
  return /^\d+/.exec(after)?.[0];
}
