/** Breaks a text into lines of at most `width` characters, at spaces where it can. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (longer.length <= width) {
      line = longer;
      continue;
    }
    if (line) lines.push(line);
    line = word;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return [...lines, line];
}

export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/**
 * A table of which the first column gives way when `columns` are too few: it is wrapped. Widths count
 * characters, so cells are expected to be without wide or combining ones.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  columns: number,
): string[] {
  const all = [head.map((text): Cell => ({ text })), ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]?.text.length ?? 0)));
  const [, ...fixed] = widths;
  const left = columns - fixed.reduce((sum, width) => sum + width + 2, 0) - 1;
  const first = Math.min(widths[0] ?? 0, Math.max(24, left));
  const render = (row: readonly Cell[]) => {
    const [start, ...rest] = row;
    const lines = wrapped(start?.text ?? '', first);
    return lines.map((line, i) =>
      i > 0
        ? `  ${line}`.slice(0, first + 2)
        : [line.padEnd(first), ...rest.map((cell, k) => padded(cell, fixed[k] ?? 0))].join('  ').trimEnd(),
    );
  };
  const [header = [], ...body] = all.map(render);
  const rule = '─'.repeat(Math.min(columns - 1, first + fixed.reduce((sum, width) => sum + width + 2, 0)));
  return [...header, rule, ...body.flat()];
}

/** Padding stays outside of the paint, so that the end of a line can be trimmed. */
const padded = ({ text, paint = String }: Cell, width: number) =>
  paint(text) + ' '.repeat(width - text.length);
