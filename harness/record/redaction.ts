import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { looksMachineMade } from '../../configuration/confined/machine-made.ts';
import { wordsBeforeSecrets } from '../../core/receivers/receivers.ts';

const placeholder = '[redacted]';

/** A word secret begins at a word boundary or after a vendor's prefix in the same path segment, such as Telegram's `/bot`. */
const wordStart = `(?:${['(?<![A-Za-z0-9])', ...wordsBeforeSecrets.map((word) => `(?<=/${word})`)].join('|')})`;

/**
 * Properties whose texts are fixed by the record's schema, the scenario or the rules, such as names of components and
 * receivers, and labels. A password that happens to be the same word does not occur there.
 */
const vocabulary: ReadonlySet<string> = new Set([
  ...[
    'alert',
    'comparison',
    'component',
    'configuration',
    'contactPoint',
    'contactPoints',
    'expectations',
    'fault',
  ],
  ...[
    'fingerprint',
    'floors',
    'group',
    'groupKey',
    'hop',
    'id',
    'kind',
    'kinds',
    'labels',
    'labelsFound',
    'manager',
    'metric',
  ],
  ...[
    'name',
    'outcome',
    'pace',
    'phase',
    'precision',
    'receiver',
    'receivers',
    'route',
    'rule',
    'rulesNearby',
  ],
  ...[
    'runtime',
    'scenario',
    'selectors',
    'sent',
    'service',
    'sides',
    'stack',
    'state',
    'status',
    'tool',
    'topology',
  ],
  ...['type', 'versions'],
]);

/** Kind of a text: the record's own vocabulary, text from logs and traces, or any other text. */
type Kind = 'own' | 'telemetry' | 'prose';

function kindBelow(key: string, kind: Kind): Kind {
  if (kind === 'own') return kind;
  if (key === 'proofs') return 'telemetry';
  // Labels of log lines and spans come from a component, not from a rule, so they may contain secrets.
  if (kind === 'telemetry' && key === 'labels') return kind;
  return vocabulary.has(key) ? 'own' : kind;
}

/**
 * Removes the secrets of a configuration from a drill's output and files. Components repeat secrets: Grafana logs the
 * address of a failed notification, and the path of Telegram's address contains the bot's token.
 *
 * A secret that looks machine-made is replaced everywhere. A secret that could be an ordinary word is replaced only as a
 * whole word, and never in the record's own vocabulary.
 */
export class Redaction {
  #everywhere: RegExp | undefined;
  #inProse: RegExp | undefined;

  /** @param secrets ordered so that a secret comes before any other secret that is a part of it. */
  learn(secrets: readonly string[]): void {
    const [made, words] = [secrets.filter(looksMachineMade), secrets.filter((one) => !looksMachineMade(one))];
    this.#everywhere = anyOf(made);
    this.#inProse = anyOf(words, wordStart, '(?![A-Za-z0-9])');
  }

  /** Returns a copy of plain data in which no text contains a secret. Keys are not changed. */
  hide<T>(value: T): T {
    return this.#everywhere || this.#inProse ? (this.#hidden(value, 'prose') as T) : value;
  }

  #hidden(value: unknown, kind: Kind): unknown {
    if (typeof value === 'string') return this.#hiddenText(value, kind);
    if (Array.isArray(value)) return value.map((item) => this.#hidden(item, kind));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.#hidden(item, kindBelow(key, kind))]),
    );
  }

  #hiddenText(text: string, kind: Kind): string {
    const hidden = this.#everywhere ? text.replaceAll(this.#everywhere, placeholder) : text;
    return this.#inProse && kind !== 'own' ? hidden.replaceAll(this.#inProse, placeholder) : hidden;
  }

  /** Rewrites every file below a directory that contains a secret. A missing directory is ignored. */
  async hideInFiles(directory: string): Promise<void> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      },
    );
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const text = await readFile(path, 'utf8');
      const hidden = this.hide(text);
      if (hidden !== text) await writeFile(path, hidden);
    }
  }
}

const anyOf = (secrets: readonly string[], before = '', after = ''): RegExp | undefined =>
  secrets.length === 0
    ? undefined
    : new RegExp(`${before}(?:${secrets.map((secret) => RegExp.escape(secret)).join('|')})${after}`, 'g');
