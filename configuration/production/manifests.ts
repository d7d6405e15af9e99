import { gunzipSync } from 'node:zlib';
import { type Document, isScalar, parseAllDocuments } from 'yaml';
import type { Path } from '../../core/path.ts';
import type { Written } from '../files/place.ts';
import { lineAt } from '../files/place.ts';
import { list, map, maps, text, texts, type Yaml } from '../files/yaml.ts';

/** A Kubernetes resource in a file of the user. */
export interface Resource {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly content: Yaml;
  readonly written: Written;
}

/**
 * The resources of a file: of each of its documents, and of each item of a list.
 *
 * @param file the path that the user knows.
 * @returns nothing for a file that holds anything else.
 */
export function resourcesIn(file: string, content: string): Resource[] {
  if (!/^\s*(?:- )?"?kind"?\s*:/m.test(content)) return [];
  const documents = parseAllDocuments(content, { merge: true });
  if (!Array.isArray(documents)) return [];
  const found = documents.filter(({ contents }) => contents !== null);
  if (found.some(({ errors }) => errors.length > 0)) return [];
  const all = found.flatMap((document) => {
    const [start = 0, , end = content.length] = document.range ?? [];
    // Its lines are those of the file.
    const own = '\n'.repeat(lineAt(content, start) - 1) + content.slice(start, end).replace(/^---/, '');
    return inDocument({ file, text: own, path: [] }, document.toJS());
  });
  return all.every((one) => one !== undefined) ? all : [];
}

function inDocument(written: Written, content: unknown): (Resource | undefined)[] {
  const resource = map(content);
  const kind = text(resource.kind);
  const version = text(resource.apiVersion);
  if (kind === undefined || version === undefined || !/^[a-z]/.test(version)) return [undefined];
  if (/List$/.test(kind) && Array.isArray(resource.items))
    return list(resource.items).flatMap((item, i) =>
      inDocument(
        { ...written, path: [...written.path, 'items', i] },
        {
          apiVersion: version,
          kind: kind.replace(/List$/, ''),
          ...map(item),
        },
      ),
    );
  const { name, namespace, labels } = map(resource.metadata);
  return [
    {
      ...{ kind, name: text(name) ?? '', namespace: text(namespace), labels: texts(labels) },
      ...{ content: resource, written },
    },
  ];
}

/** One file in a Secret or a ConfigMap. */
export interface Entry {
  readonly key: string;
  readonly content: string;
  /** Where its first line is written; of encoded content, which has no lines in the file, the content itself. */
  readonly written: Written;
}

/** The files that a Secret or a ConfigMap holds. */
export function entriesOf({ kind, content, written }: Resource): Entry[] {
  const plain = kind === 'Secret' ? 'stringData' : 'data';
  const encoded = kind === 'Secret' ? 'data' : 'binaryData';
  return [
    ...Object.entries(texts(content[plain])).map(([key, own]) => ({
      ...{ key, content: own },
      written: { file: written.file, text: onLines(written, [plain, key], own), path: [] },
    })),
    ...Object.entries(texts(content[encoded])).map(([key, base64]) => {
      const bytes = Buffer.from(base64, 'base64');
      const own = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
      return {
        key: key.replace(/\.gz$/, ''),
        content: own,
        written: { file: `${written.file} (${key})`, text: own, path: [] },
      };
    }),
  ];
}

/** The text of a block below empty lines, so that its lines are those of the file. */
function onLines({ text: all, path }: Written, keys: Path, content: string): string {
  const [document] = parseAllDocuments(all) as Document[];
  const node = document?.getIn([...path, ...keys], true);
  const start = isScalar(node) ? node.range?.[0] : undefined;
  if (start === undefined) return content;
  const isBlock = /^[|>]/.test(all.slice(start));
  return '\n'.repeat(lineAt(all, start) - (isBlock ? 0 : 1)) + content;
}

const nameLabel = 'kubernetes.io/metadata.name';

/**
 * Whether a selector of namespaces selects one; none at all selects the namespace of the resource that has it.
 *
 * @param own namespace of the resource that has the selector.
 * @param resources among which the namespace may be, with its labels.
 * @returns `undefined` if the labels of the namespace are not known.
 */
export function selectsNamespace(
  selector: unknown,
  own: string,
  namespace: string,
  resources: readonly Pick<Resource, 'kind' | 'name' | 'labels'>[],
): boolean | undefined {
  if (selector === undefined || selector === null) return namespace === own;
  const known = resources.find(({ kind, name }) => kind === 'Namespace' && name === namespace);
  const { matchLabels, matchExpressions } = map(selector);
  const keys = [...Object.keys(map(matchLabels)), ...maps(matchExpressions).map(({ key }) => String(key))];
  if (!known && keys.some((key) => key !== nameLabel)) return undefined;
  return selects(selector, { ...known?.labels, [nameLabel]: namespace });
}

/** Whether labels satisfy a selector; an empty one selects everything, and none at all nothing. */
export function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (selector === undefined || selector === null) return false;
  const { matchLabels, matchExpressions } = map(selector);
  return (
    Object.entries(texts(matchLabels)).every(([key, value]) => labels[key] === value) &&
    maps(matchExpressions).every(({ key, operator, values }) => {
      const value = labels[String(key)];
      const isIn = value !== undefined && list(values).map(String).includes(value);
      if (operator === 'In') return isIn;
      if (operator === 'NotIn') return !isIn;
      return operator === 'Exists' ? value !== undefined : value === undefined;
    })
  );
}
