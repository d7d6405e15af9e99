/** Wraps a text at `width` characters, at spaces where possible. */
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
 * A table whose first column is wrapped if `columns` are too few. Widths count characters, so cells should not contain
 * wide or combining ones.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  columns: number,
): string[] {
  const all = [head.map((text): Cell => ({ text })), ...rows];
  const [widest = 0, ...fixed] = widthsOf(all.map((row) => row.map(({ text }) => text)));
  const left = columns - fixed.reduce((sum, width) => sum + width + 2, 0) - 1;
  const first = Math.min(widest, Math.max(24, left));
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

/** Rows as aligned plain text: the first column left-aligned, the others right-aligned. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = widthsOf(rows);
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}

/** The width of each column's longest cell. */
function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const columns = Math.max(0, ...rows.map(({ length }) => length));
  return Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
}

/** Padding is not coloured, so that trailing spaces can be trimmed. */
const padded = ({ text, paint = String }: Cell, width: number) =>
  paint(text) + ' '.repeat(width - text.length);
