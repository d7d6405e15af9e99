import type { Problem } from '../../core/errors.ts';
import type { Place } from '../files/place.ts';
import { map, type Yaml } from '../files/yaml.ts';

/*
 * Checks a Go template without Go: whether its actions are closed, its blocks end and its functions exist.
 * https://pkg.go.dev/text/template; Grafana's messages also have Alertmanager's functions.
 */

export interface TemplateFault {
  /** The line in the template's text, from 1. */
  readonly line: number;
  readonly message: string;
}

export interface TemplateReading {
  readonly faults: readonly TemplateFault[];
  /** The names of the templates that it defines. */
  readonly defines: readonly string[];
  /** The names of the templates that it includes. */
  readonly uses: readonly { readonly name: string; readonly line: number }[];
}

const keywords =
  'if else end range with block define template break continue nil true false and or not len index slice html js print printf println urlquery call eq ne lt le gt ge';
const alertmanagerFunctions = 'toUpper toLower title trimSpace join match safeHtml reReplaceAll stringSlice';
const known = new Set(`${keywords} ${alertmanagerFunctions}`.split(' '));

const opening = new Set(['if', 'range', 'with', 'block', 'define']);
/** String literals in an action. Their braces and words are not part of the template. */
const literal = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'/g;
const named = /^(define|template|block)\s+(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)/;

/**
 * @param checkFunctions `false` for templates of rules, which have other functions.
 */
export function readTemplate(text: string, checkFunctions = true): TemplateReading {
  const faults: TemplateFault[] = [];
  const defines: string[] = [];
  const uses: { name: string; line: number }[] = [];
  const open: { word: string; line: number }[] = [];
  for (const { action, line } of actionsIn(text, faults)) {
    const [, kind, quoted, raw] = named.exec(action) ?? [];
    const name = quoted ?? raw ?? '';
    if (kind === 'template' || kind === 'block') uses.push({ name, line });
    if (kind === 'define' || kind === 'block') defines.push(name);
    const bare = action.replace(literal, '""');
    const [word = ''] = /^\w+/.exec(bare) ?? [];
    if (opening.has(word)) open.push({ word, line });
    else if (word === 'else' && !['if', 'range', 'with'].includes(open.at(-1)?.word ?? ''))
      faults.push({ line, message: '{{ else }} outside of {{ if }}, {{ range }} or {{ with }}' });
    else if (word === 'end' && open.pop() === undefined)
      faults.push({ line, message: '{{ end }} without anything to end' });
    for (const unknown of checkFunctions ? unknownFunctions(bare) : [])
      faults.push({ line, message: `there is no function "${unknown}"` });
  }
  for (const { word, line } of open) faults.push({ line, message: `{{ ${word} }} has no {{ end }}` });
  return { faults, defines, uses };
}

/** Returns every fault of the templates in a rule's labels and annotations. */
export const templateProblems = (at: Place, rule: Yaml): Problem[] =>
  ['labels', 'annotations'].flatMap((part) =>
    Object.entries(map(rule[part])).flatMap(([name, value]) =>
      readTemplate(String(value), false).faults.map(({ message }) => at.to(part, name).problem(message)),
    ),
  );

/** The content of an action, without trim markers and comments. */
function actionsIn(text: string, faults: TemplateFault[]): { action: string; line: number }[] {
  const actions: { action: string; line: number }[] = [];
  let at = text.indexOf('{{');
  while (at >= 0) {
    const line = text.slice(0, at).split('\n').length;
    const comment = /^\{\{(?:- )?\/\*[\s\S]*?\*\/(?: -)?\}\}/.exec(text.slice(at));
    const end = comment ? at + comment[0].length : endOf(text, at);
    if (end === undefined) {
      faults.push({ line, message: '{{ is not closed by }}' });
      break;
    }
    if (!comment) {
      const action = text
        .slice(at + 2, end - 2)
        .replace(/^-\s/, '')
        .replace(/\s-$/, '')
        .trim();
      actions.push({ action, line });
    }
    at = text.indexOf('{{', end);
  }
  return actions;
}

/** The position after the `}}` of the action that begins at `start`. */
function endOf(text: string, start: number): number | undefined {
  const part = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|\}\}|\{\{/g;
  part.lastIndex = start + 2;
  for (let found = part.exec(text); found; found = part.exec(text)) {
    if (found[0] === '}}') return part.lastIndex;
    if (found[0] === '{{') return undefined;
  }
  return undefined;
}

/** Matches words that must be functions: no field, variable, number or keyword. */
const unknownFunctions = (bare: string): string[] =>
  [...bare.matchAll(/(?<![\w.$"])[A-Za-z_]\w*/g)].map(([word]) => word).filter((word) => !known.has(word));
