const pattern = /&(?:#x([0-9a-f]*)|#([0-9]*)|([a-z]+))(;?)/iy;

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/**
 * The character reference at an index of a text: one of the four names that Telegram supports, or a number of fewer
 * than eight digits. The semicolon is optional.
 *
 * @returns `undefined` for anything else, which Telegram shows literally.
 */
export function characterReference(
  source: string,
  at: number,
): { readonly character: string; readonly length: number } | undefined {
  pattern.lastIndex = at;
  const [all, hex, decimal, name, semicolon = ''] = pattern.exec(source) ?? [];
  if (all === undefined) return undefined;
  if (name !== undefined) {
    const character = Object.hasOwn(named, name) ? named[name] : undefined;
    return character === undefined ? undefined : { character, length: all.length };
  }
  const code = hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16);
  if (!(code > 0 && code < 0x10ffff) || all.length - semicolon.length >= 10) return undefined;
  return { character: String.fromCodePoint(code), length: all.length };
}
