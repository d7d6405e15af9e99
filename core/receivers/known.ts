import { z } from 'zod';
import { pathOf } from './destination.ts';

/*
 * Lists in the credentials of a receiver: what it knows, and what it therefore accepts. Credentials are texts, so a list is
 * written with spaces between its items, which contain none.
 */

/** The items of a list. Without a list the result is `undefined`, and everything is known. */
export const knownIn = (list: string | undefined): readonly string[] | undefined => list?.split(' ');

/** Whether an item is known. */
export const isKnownIn = (list: string | undefined, item: string): boolean =>
  knownIn(list)?.includes(item) ?? true;

const items = (one: z.ZodType<string>) =>
  z
    .array(one)
    .min(1)
    .transform((all) => all.join(' '))
    .optional();

/** A list of addresses in a file. Of each, the path and the query are known: the host is that of the receiver. */
export const addressList = (example: string) =>
  items(
    z
      .url({ protocol: /^https?$/, error: `expected an address such as ${example}` })
      .transform((url) => pathOf(url) ?? url),
  );

/** A list of words in a file. */
export const wordList = (form: RegExp, error: string) => items(z.string().regex(form, { error }));

/**
 * The form of a file that has such lists, by their names in it (`routing_keys`). In the credentials they are `routingKeys`; a
 * list that is left out is absent.
 */
export const fileOfLists = (lists: Readonly<Record<string, z.ZodType<string | undefined>>>) =>
  z
    .strictObject(lists)
    .transform((given) =>
      Object.fromEntries(
        Object.entries(given).flatMap(([name, list]) =>
          list === undefined
            ? []
            : [[name.replace(/_(.)/g, (_, first: string) => first.toUpperCase()), list]],
        ),
      ),
    );
