import type { IncomingRequest } from '../protocol.ts';
import { asObject, parseObject } from '../protocol.ts';
import { multipartFields } from './multipart.ts';

/** A value of a request, by its name: `fields.project.key` of JSON, `attachments[0].title`, or the name in a form or a query. */
export type Field = readonly [name: string, value: string];

/**
 * The values of a request: of its query, and of a body that is JSON, a form or multipart. A body of any other form is one
 * value without a name.
 */
export function fieldsOf(incoming: Pick<IncomingRequest, 'path' | 'contentType' | 'body'>): Field[] {
  const [, query = ''] = incoming.path.split(/\?(.*)/s);
  return [...new URLSearchParams(query), ...inBody(incoming)];
}

/** The first value of a name; an empty text if the name has no value. */
export const fieldNamed = (fields: readonly Field[], name: string): string =>
  fields.find(([own]) => own === name)?.[1] ?? '';

function inBody({ contentType, body }: Pick<IncomingRequest, 'contentType' | 'body'>): Field[] {
  if (body === '') return [];
  const json = parseObject(body);
  if (json) return below('', json);
  const type = contentType.toLowerCase();
  if (type.includes('application/x-www-form-urlencoded')) return [...new URLSearchParams(body)];
  const parts = type.includes('multipart/form-data') ? multipartFields(body, contentType) : [];
  return Array.isArray(parts) && parts.length > 0 ? parts : [['', body]];
}

function below(name: string, value: unknown): Field[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => below(`${name}[${i}]`, item));
  const inner = asObject(value);
  if (inner) {
    const prefix = name === '' ? '' : `${name}.`;
    return Object.entries(inner).flatMap(([key, item]) => below(prefix + key, item));
  }
  return value === null || value === undefined ? [] : [[name, String(value)]];
}
