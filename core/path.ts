/** The position of a value in a document: keys and indices. */
export type Path = readonly (string | number)[];

/** E.g. `load.rates.search` or `expectations[0].within`. Empty for the whole document. */
export const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  );

/** Returns the location of a path in an input, e.g. `my.yaml:7: load.warmUp`. The empty path is the whole input. */
export type WhereOf = (path: Path) => string;

/** Locations in an input whose lines are not known. */
export const within =
  (name: string): WhereOf =>
  (path) =>
    path.length === 0 ? name : `${name}: ${pathText(path)}`;
