import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const placeholder = '[redacted]';

/**
 * Keeps the secrets of a configuration out of what a drill tells and leaves. Components repeat them: Grafana logs the
 * address of a notification that failed, whose path is a bot's token.
 */
export class Redaction {
  #secrets: readonly string[] = [];

  /** @param secrets a longer one before a shorter one that is part of it. */
  learn(secrets: readonly string[]): void {
    this.#secrets = secrets;
  }

  /** A copy in which no text holds a secret; of plain data. */
  hide<T>(value: T): T {
    return this.#secrets.length === 0 ? value : (this.#hidden(value) as T);
  }

  #hidden(value: unknown): unknown {
    if (typeof value === 'string')
      return this.#secrets.reduce((text, secret) => text.replaceAll(secret, placeholder), value);
    if (Array.isArray(value)) return value.map((item) => this.#hidden(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#hidden(item)]));
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
