/*
 * Formats figures for output. An unknown figure is `NaN` and is shown as a dash.
 */

const known = (show: (figure: number) => string) => (figure: number) =>
  Number.isFinite(figure) ? show(figure) : '–';

/** @param ms milliseconds. */
export const seconds = known((ms) => `${(ms / 1000).toFixed(2)} s`);
export const mebibytes = known((bytes) => `${Math.round(bytes / 2 ** 20)} MiB`);
export const ratio = known((figure) => figure.toFixed(2));

/** Memory of a stack in bytes; `NaN` when no component's memory could be read. */
export const sum = (memory: ReadonlyMap<string, number>): number =>
  memory.size === 0 ? NaN : [...memory.values()].reduce((a, b) => a + b, 0);
