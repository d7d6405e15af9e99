import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { looksMachineMade } from '../../configuration/confined/machine-made.ts';
import { wordsBeforeSecrets } from '../../core/receivers/receivers.ts';

const placeholder = '[redacted]';

/** A vendor's word may stand right before a secret, in the same part of a path: Telegram's `/bot`. */
const wordStart = `(?:${['(?<![A-Za-z0-9])', ...wordsBeforeSecrets.map((word) => `(?<=/${word})`)].join('|')})`;

/**
 * Properties whose texts are the record's own vocabulary, or of the scenario and the rules: names that the form of the
 * record fixes, components, receivers, labels. A password that happens to be such a word does not stand there.
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
  ...['runtime', 'scenario', 'selectors', 'service', 'sides', 'stack', 'state', 'status', 'tool', 'topology'],
  ...['type', 'versions'],
]);

/** What a text is: of the record's own vocabulary, of what logs and traces say of themselves, or of anything else. */
type Kind = 'own' | 'telemetry' | 'prose';

function kindBelow(key: string, kind: Kind): Kind {
  if (kind === 'own') return kind;
  if (key === 'proofs') return 'telemetry';
  // Attributes of lines and spans are as a component wrote them, not as a rule did.
  if (kind === 'telemetry' && key === 'labels') return kind;
  return vocabulary.has(key) ? 'own' : kind;
}

/**
 * Keeps the secrets of a configuration out of what a drill tells and leaves. Components repeat them: Grafana logs the
 * address of a notification that failed, whose path is a bot's token.
 *
 * A secret that looks made by a machine is hidden wherever it stands. One that could be a word is hidden as a whole word,
 * and never in the record's own vocabulary.
 */
export class Redaction {
  #everywhere: RegExp | undefined;
  #inProse: RegExp | undefined;

  /** @param secrets a longer one before a shorter one that is part of it. */
  learn(secrets: readonly string[]): void {
    const [made, words] = [secrets.filter(looksMachineMade), secrets.filter((one) => !looksMachineMade(one))];
    this.#everywhere = oneOf(made);
    this.#inProse = oneOf(words, wordStart, '(?![A-Za-z0-9])');
  }

  /** A copy in which no text holds a secret; of plain data. Keys stay as they are. */
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

  /** Rewrites every file below a directory that holds one; what is not there holds none. */
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

const oneOf = (secrets: readonly string[], before = '', after = ''): RegExp | undefined =>
  secrets.length === 0
    ? undefined
    : new RegExp(`${before}(?:${secrets.map((secret) => RegExp.escape(secret)).join('|')})${after}`, 'g');
