/**
 * A chat in Telegram's format: a channel if given by name, else by the sign and size of its number
 * (https://core.telegram.org/api/bots/ids).
 *
 * @param expected the only existing chat; without it, every valid chat exists.
 * @returns `undefined` for a chat that does not exist.
 */
export function chatOf(id: string, expected?: string): object | undefined {
  if (expected !== undefined && id !== expected) return undefined;
  if (/^@[a-z]\w{3,}$/i.test(id)) {
    return { id: -1_000_000_000_001, title: id.slice(1), username: id.slice(1), type: 'channel' };
  }
  if (!/^-?[1-9]\d{0,15}$/.test(id)) return undefined;
  const number = Number(id);
  if (number > 0) return { id: number, first_name: 'firedrill', type: 'private' };
  return { id: number, title: 'firedrill', type: number < -1_000_000_000_000 ? 'supergroup' : 'group' };
}
