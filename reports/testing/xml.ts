import { XMLParser, XMLValidator } from 'fast-xml-parser';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** What the parser makes of an element: its name with what is in it, and its attributes. */
type Node = { readonly [name: string]: readonly Node[] | string } & {
  readonly ':@'?: Record<string, string>;
};

const parser = new XMLParser({
  preserveOrder: true,
  ignoreDeclaration: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  htmlEntities: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
});

/** What no XML holds, and the library takes: characters, `]]>` in text, `<` in an attribute. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML forbids
const forbidden = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\]\]>|="[^"]*</;

/** @throws Error at the first place that is not well formed, or that holds what XML forbids. */
export function parseXml(xml: string): XmlElement {
  const [found] = forbidden.exec(xml) ?? [];
  if (found !== undefined || !xml.isWellFormed()) throw new Error(`XML forbids ${JSON.stringify(found)}`);
  const valid = XMLValidator.validate(xml);
  if (valid !== true) throw new Error(`line ${valid.err.line}: ${valid.err.msg}`);
  const [root, ...more] = elementsOf(parser.parse(xml));
  if (!root || more.length > 0) throw new Error('not one whole element');
  return root;
}

const elementsOf = (nodes: readonly Node[]): XmlElement[] =>
  nodes.flatMap(({ ':@': attributes = {}, ...node }) =>
    Object.entries(node).flatMap(([name, content]) =>
      typeof content === 'string'
        ? []
        : [
            {
              name,
              attributes,
              children: elementsOf(content),
              text: content.map((part) => part['#text'] ?? '').join(''),
            },
          ],
    ),
  );

/** All elements of a name below an element. */
export const all = (element: XmlElement, wanted: string): XmlElement[] =>
  element.children.flatMap((child) => [...(child.name === wanted ? [child] : []), ...all(child, wanted)]);
