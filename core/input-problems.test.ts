import { expect } from 'chai';
import { z } from 'zod';
import { readInput } from './input-problems.ts';
import { within } from './path.ts';

const schema = z.strictObject({
  name: z.string().min(1),
  count: z.int().min(1).max(4).optional(),
  ratio: z.number().positive().optional(),
  on: z.boolean().optional(),
  kind: z.enum(['page', 'ticket']).optional(),
  list: z.array(z.string()).min(1).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  either: z
    .discriminatedUnion('signal', [
      z.strictObject({ signal: z.literal('metric'), metric: z.string() }),
      z.strictObject({ signal: z.literal('log'), query: z.string() }),
    ])
    .optional(),
  odd: z
    .string()
    .refine((text) => text === 'odd', { error: 'expected odd' })
    .optional(),
  id: z.string().regex(/^a/, { error: 'expected an a first' }).optional(),
  by: z.partialRecord(z.enum(['slack', 'webhook']), z.int()).optional(),
});

const told = (input: unknown) => {
  const read = readInput(schema, input, within('my.yaml'));
  if (!('problems' in read)) return [];
  return read.problems.map(({ where, message, hint }) => [where, message, ...(hint ? [hint] : [])]);
};

describe('readInput', () => {
  it('gives what was read', () => {
    expect(readInput(schema, { name: 'a' }, within('my.yaml'))).to.deep.equal({ value: { name: 'a' } });
  });

  it('says in words what is there and what was expected', () => {
    expect(told({ name: 3, count: 9, ratio: 0, on: 'yes', list: [], odd: 'even', id: 'b' })).to.deep.equal([
      ['my.yaml: name', 'is a number; expected a text', 'put it into quotation marks'],
      ['my.yaml: count', 'is 9; expected at most 4'],
      ['my.yaml: ratio', 'is 0; expected more than 0'],
      ['my.yaml: on', 'is a text; expected true or false'],
      ['my.yaml: list', 'is too short; expected at least 1 in the list'],
      ['my.yaml: odd', 'expected odd'],
      ['my.yaml: id', 'expected an a first'],
    ]);
    expect(told({ name: '', count: 1.5, labels: { team: null }, list: 'a' })).to.deep.equal([
      ['my.yaml: name', 'must not be empty'],
      ['my.yaml: count', 'is a number; expected a whole number'],
      ['my.yaml: list', 'is a text; expected a list'],
      ['my.yaml: labels.team', 'is empty; expected a text'],
    ]);
    expect(told([])).to.deep.equal([['my.yaml', 'is a list; expected a map (key: value)']]);
    expect(told({})).to.deep.equal([['my.yaml: name', 'is missing; expected a text']]);
  });

  it('names the word that was meant, and those that there are', () => {
    expect(told({ name: 'a', kind: 'tickets' })).to.deep.equal([
      ['my.yaml: kind', 'there is no "tickets"', 'did you mean ticket? known: ticket, page'],
    ]);
    expect(told({ name: 'a', either: { signal: 'metrics' } })).to.deep.equal([
      ['my.yaml: either.signal', 'there is no "metrics"', 'did you mean metric? known: metric, log'],
    ]);
    expect(told({ name: 'a', either: {} })).to.deep.equal([
      ['my.yaml: either.signal', 'is missing; expected one of metric, log'],
    ]);
  });

  it('names the key that was meant, and does not tell it as missing besides', () => {
    expect(told({ nmae: 'a' })).to.deep.equal([
      [
        'my.yaml: nmae',
        'there is no such key',
        'did you mean name? known: name, by, id, kind, list, odd, on, count, either, labels, ratio',
      ],
    ]);
    expect(told({ name: 'a', either: { signal: 'log', query: 'a', metrics: 'b' } })).to.deep.equal([
      ['my.yaml: either.metrics', 'there is no such key', 'known: query, signal'],
    ]);
    expect(told({ name: 3, nmae: 'a' }).map(([, message]) => message)).to.deep.equal([
      'is a number; expected a text',
      'there is no such key',
    ]);
    expect(told({ name: 'a', by: { slak: 1 } })).to.deep.equal([
      ['my.yaml: by.slak', 'there is no such key', 'did you mean slack? known: slack, webhook'],
    ]);
  });
});
