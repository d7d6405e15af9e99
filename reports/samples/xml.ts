/** An element as a strict reader sees it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const name = '[A-Za-z_][\\w.:-]*';
const token = new RegExp(
  `<\\?xml[^?]*\\?>|<(/?)(${name})((?:\\s+${name}="[^"<]*")*)\\s*(/?)>|([^<]+)|([\\s\\S])`,
  'g',
);

/**
 * Reads the XML that our reports are made of: elements, attributes in double quotes, text, the five entities
 * and numeric ones. Strict where XML is: what it takes, every parser takes.
 *
 * @throws Error at the first place that is not well formed, or that holds a character XML forbids.
 */
export function parseXml(xml: string): XmlElement {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML forbids
  const forbidden = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.exec(xml);
  if (forbidden || !xml.isWellFormed()) throw new Error('a character that XML forbids');
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  for (const [all, closing, tag, attributes, empty, text, stray] of xml.matchAll(token)) {
    const parent = open.at(-1) ?? root;
    if (stray !== undefined) throw new Error(`not well formed at "${stray}"`);
    if (text !== undefined) parent.text += decoded(text);
    if (tag === undefined) continue;
    if (closing) {
      if (open.pop()?.name !== tag || open.length === 0) throw new Error(`${all} closes nothing`);
      continue;
    }
    const element = { name: tag, attributes: attributesOf(attributes ?? ''), children: [], text: '' };
    parent.children.push(element);
    if (!empty) open.push(element);
  }
  const [document, ...more] = root.children;
  if (open.length !== 1 || !document || more.length || root.text.trim())
    throw new Error('not one whole element');
  return document;
}

/** All elements of a name below an element. */
export const all = (element: XmlElement, wanted: string): XmlElement[] =>
  element.children.flatMap((child) => [...(child.name === wanted ? [child] : []), ...all(child, wanted)]);

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w.:-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
    key,
    decoded(value),
  ]);
  if (new Set(pairs.map(([key]) => key)).size !== pairs.length)
    throw new Error(`an attribute twice in ${text}`);
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  if (text.includes(']]>')) throw new Error(']]> in text');
  return text.replace(/&(#?\w*)(;?)/g, (whole, ref: string, end: string) => {
    const char = ref.startsWith('#') ? String.fromCodePoint(Number(ref.slice(1))) : entities[ref];
    if (!end || char === undefined) throw new Error(`${whole} is no entity`);
    return char;
  });
}
