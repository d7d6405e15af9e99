/*
 * Decides without Go whether a message template always prints something, whatever labels and annotations its alerts
 * have. https://pkg.go.dev/text/template
 */

/** Matches an action `{{ … }}`. Groups: the left trim marker, the content, the right trim marker. */
export const actionPattern = /\{\{(-\s)?((?:"(?:[^"\\]|\\.)*"|`[^`]*`|(?!\}\})[^"`])*?)(\s-)?\}\}/g;

/** Matches the content of an action that an `end` must close. */
export const blockPattern = /^(?:if|range|with|define|block)\b/;

/** Matches the content of actions that print nothing: assignments and comments. */
export const silentPattern = /^(?:\$\w*(?:\s*,\s*\$\w+)?\s*:?=|\/\*)/;

/** The status of a message's alerts, and the other templates that its template may include. */
export interface Rendering {
  readonly status: 'firing' | 'resolved';
  /** Bodies of templates by their names. */
  readonly defined: ReadonlyMap<string, string>;
}

const rendered = /^(?:template|block)\s+(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)/;

/**
 * Whether a template always prints something: words, a value, or another template that always prints something. The
 * content of a condition does not count, because it may be left out on purpose. It does count if the condition only asks
 * for alerts of this status.
 */
export const mustPrint = (template: string, rendering: Rendering): boolean =>
  prints(template, rendering, new Set());

function prints(template: string, rendering: Rendering, above: ReadonlySet<string>): boolean {
  // For each open block, whether its content is always printed.
  const open: boolean[] = [];
  let end = 0;
  const isDue = () => open.every(Boolean);
  const hasWords = (to?: number) => isDue() && template.slice(end, to).trim() !== '';
  for (const found of template.matchAll(actionPattern)) {
    if (hasWords(found.index)) return true;
    end = found.index + found[0].length;
    const action = found[2]?.trim() ?? '';
    if (action === 'end') open.pop();
    else if (/^else\b/.test(action)) open.splice(-1, 1, false);
    else if (/^(?:template|block)\b/.test(action)) {
      const [, quoted, raw] = rendered.exec(action) ?? [];
      const name = quoted ?? raw ?? '';
      const body = above.has(name) ? undefined : rendering.defined.get(name);
      const isPrinted = body !== undefined && prints(body, rendering, new Set([...above, name]));
      if (isDue() && isPrinted) return true;
      if (action.startsWith('block')) open.push(body === undefined);
    } else if (blockPattern.test(action)) open.push(isEntered(action, rendering.status));
    else if (isDue() && action !== '' && !silentPattern.test(action)) return true;
  }
  return hasWords();
}

const whole = String.raw`(?:\$\w*\s*(?:,\s*\$\w+)?\s*:=\s*)?\$?\.Alerts`;

/** Whether the content of a block is always reached when the alerts have this status. */
function isEntered(action: string, status: Rendering['status']): boolean {
  const own = status === 'firing' ? 'Firing' : 'Resolved';
  return [
    new RegExp(String.raw`^range\s+${whole}(?:\.${own})?$`),
    new RegExp(String.raw`^if\s+eq\s+(?:\$?\.Status\s+"${status}"|"${status}"\s+\$?\.Status)$`),
    new RegExp(
      String.raw`^if\s+(?:gt\s+\(\s*)?(?:len\s+)?\(?\s*\$?\.Alerts(?:\.${own})?\s*(?:\|\s*len)?\s*\)?(?:\s+0)?$`,
    ),
    new RegExp(String.raw`^with\s+\$?\.Alerts(?:\.${own})?$`),
  ].some((pattern) => pattern.test(action));
}

/** The bodies of the templates that a text defines, by their names. */
export function definitionsIn(text: string): [name: string, body: string][] {
  const found: [string, string][] = [];
  const open: { readonly name: string | undefined; readonly from: number }[] = [];
  for (const { 0: wholeAction, 2: inner = '', index } of text.matchAll(actionPattern)) {
    const action = inner.trim();
    const [, quoted, raw] = /^define\s+(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)/.exec(action) ?? [];
    if (blockPattern.test(action)) open.push({ name: quoted ?? raw, from: index + wholeAction.length });
    else if (action === 'end') {
      const { name, from } = open.pop() ?? {};
      if (name !== undefined) found.push([name, text.slice(from, index)]);
    }
  }
  return found;
}
