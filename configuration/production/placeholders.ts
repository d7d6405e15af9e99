import { hash } from 'node:crypto';
import { hasForm, madeUp, madeUpHost, madeUpWord } from './made-up.ts';

/*
 * What stands in the place of a value: the name of a variable that another program replaces before the component reads
 * the file, an action of Helm or Ansible, or a mark that an API writes instead of a secret.
 */

/**
 * `variable`: `${NAME}` and `$NAME`, for envsubst, compose, Flux. `reloader`: `$(NAME)`, which the config reloader of the
 * Prometheus Operator replaces. `template`: an action of Helm or Ansible. `redacted`: written instead of a secret.
 * `described`: `<your key>`.
 */
export type Syntax = 'variable' | 'reloader' | 'template' | 'redacted' | 'described';

export interface Placeholder {
  readonly syntax: Syntax;
  /** As it is in the text. */
  readonly text: string;
  readonly index: number;
  /** The value of a variable that is not set, as in `${NAME:-default}`. */
  readonly otherwise?: string;
}

/** Stands in a text for an action of a template, which need not be YAML. */
const mark = 'firedrill_value_';

const syntaxes: readonly (readonly [Syntax, RegExp])[] = [
  ['redacted', /^\s*(?:\[REDACTED\]|<secret>|<redacted>)\s*$/gi],
  ['template', new RegExp(`${mark}[0-9a-f]{12}`, 'g')],
  ['variable', /\$\{[A-Za-z_]\w*(?::?-([^{}]*))?\}|^\$[A-Za-z_]\w*$/g],
  ['reloader', /\$\([A-Za-z_]\w*\)/g],
  ['described', /^<[^<>]+>$/g],
];

/** Every placeholder in a value, in the order of the text. */
export const placeholdersIn = (value: string): Placeholder[] =>
  syntaxes
    .flatMap(([syntax, pattern]) =>
      [...value.matchAll(pattern)].map((found) => ({
        ...{ syntax, text: found[0], index: found.index },
        ...(found[1] === undefined ? {} : { otherwise: found[1] }),
      })),
    )
    .filter((one, i, all) => all.findIndex(({ index }) => index === one.index) === i)
    .toSorted((a, b) => a.index - b.index);

/** Objects and functions that Helm's templates have, and none of Alertmanager's. */
const ofHelm =
  /(?:^|[\s($])\.(?:Values|Release|Chart|Capabilities)\b|^(?:include|required|tpl|lookup|env)\s|\b(?:include|tpl|required)\s+"/;
/** Actions that decide which lines there are, and not what one value is. */
const ofLines = /^(?:if|else|end|range|with|define|block|template)\b|\b(?:toYaml|toJson|n?indent)\b|:=/;
/** `slack_url`, `vault.slack['url'] | default('x')`: what Ansible fills in, and no template of Go. */
const ofAnsible =
  /^(?!(?:end|else|break|continue|nil|true|false)$)[a-z_]\w*(?:\.\w+|\[[^\]]*\])*(?:\s*\|\s*\w+(?:\([^()]*\))?)*$|^lookup\(/i;

/** The text of a file with marks in the place of actions, and what each mark stands for. Lines stay where they are. */
export interface Marked {
  readonly text: string;
  readonly actions: ReadonlyMap<string, string>;
}

/**
 * Puts marks in the place of the actions of Helm and Ansible that give a value, and undoes their escapes of braces. Actions
 * that decide which lines there are stay.
 */
export function markActions(text: string): Marked {
  const actions = new Map<string, string>();
  const plain = text
    .replace(/\{%-?\s*(?:end)?raw\s*-?%\}/g, '')
    .replace(
      /\{\{-?\s*(?:`([^`]*)`|"(\{\{|\}\})")\s*-?\}\}/g,
      (_, raw?: string, braces?: string) => raw ?? braces ?? '',
    );
  const marked = plain.replace(/\{\{-?\s*([^{}]*?)\s*-?\}\}/g, (whole, action: string, index: number) => {
    if (ofLines.test(action)) return whole;
    if (!(ofHelm.test(action) || ofAnsible.test(action) || isBare(plain, index, whole.length))) return whole;
    const known = `${mark}${hash('sha256', action).slice(0, 12)}`;
    actions.set(known, whole);
    // A value of several lines would move those below it.
    return known + '\n'.repeat(whole.split('\n').length - 1);
  });
  return { text: marked, actions };
}

/** Whether an action is the whole value of a key, without quotes: to YAML it is no text, so no component gets to see it. */
const isBare = (text: string, index: number, length: number): boolean =>
  /^[ \t]*(?:- +)*["']?[\w.-]+["']?:[ \t]+$/.test(text.slice(text.lastIndexOf('\n', index) + 1, index)) &&
  /^[ \t]*(?:#.*)?(?:\r?\n|$)/.test(text.slice(index + length));

/** A text with the actions for which its marks stand. */
export const restoreActions = (text: string, actions: ReadonlyMap<string, string>): string =>
  text.replace(new RegExp(`${mark}[0-9a-f]{12}`, 'g'), (found) => actions.get(found) ?? found);

/**
 * Placeholders that no component gets to see as they are: only another program can have replaced them, or they are written
 * in the place of a secret.
 */
export const isNeverSent = ({ syntax }: Placeholder): boolean =>
  syntax === 'template' || syntax === 'redacted';

/**
 * A value without placeholders.
 *
 * @param kind of receiver, and its setting.
 * @param identity of the value. The same one always gets the same value.
 */
export function filledIn(value: string, kind: string, setting: string, identity: string): string {
  const placeholders = placeholdersIn(value);
  const [only] = placeholders;
  if (only && only.text.length === value.trim().length)
    return only.otherwise ?? madeUp(kind, setting, identity.trim());
  if (hasForm(kind, setting)) return madeUp(kind, setting, identity);
  return placeholders.toReversed().reduce((text, { text: own, index, otherwise }) => {
    const isHost = /^[a-z]+:\/\/([^/@]*@)?$/i.test(text.slice(0, index));
    const part = otherwise ?? (isHost ? madeUpHost(own) : madeUpWord(own));
    return text.slice(0, index) + part + text.slice(index + own.length);
  }, value);
}
