import { open } from 'node:fs/promises';

/** The last lines of a text file, read from its end; empty if it cannot be read. */
export async function logTail(path: string, lines: number): Promise<string[]> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const length = Math.min(size, lines * 400);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-lines);
  } catch {
    return [];
  }
}

/** Without the lines of `go build -v`, which are the import path of a package each. */
export function withoutPackageNames(lines: readonly string[]): readonly string[] {
  const others = lines.filter((line) => !/^[\w.~-]+(\/[\w.~-]+)*$/.test(line));
  return others.length > 0 ? others : lines;
}
