/**
 * The networks that hold every IPv4 address except those of the given networks.
 *
 * @param subnets in CIDR notation, e.g. `172.18.0.0/16`. What is no IPv4 network is passed over.
 * @returns the same notation; none is larger than needed.
 */
export function networksOutside(subnets: readonly string[]): string[] {
  const inner = subnets.flatMap(parsed);
  const outside = ({ from, bits }: Network): string[] => {
    const within = inner.filter((one) => overlaps(one, { from, bits }));
    if (within.length === 0) return [`${written(from)}/${bits}`];
    if (within.some((one) => one.bits <= bits)) return [];
    const half = 2 ** (31 - bits);
    return [from, from + half].flatMap((start) => outside({ from: start, bits: bits + 1 }));
  };
  return outside({ from: 0, bits: 0 });
}

interface Network {
  /** Its first address, as a number. */
  readonly from: number;
  /** Length of its prefix. */
  readonly bits: number;
}

function parsed(subnet: string): Network[] {
  const [, a, b, c, d, length] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(subnet) ?? [];
  if (length === undefined) return [];
  const bits = Number(length);
  const address = [a, b, c, d].reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - bits);
  return [{ from: Math.floor(address / size) * size, bits }];
}

const overlaps = (one: Network, other: Network): boolean => {
  const size = 2 ** (32 - Math.min(one.bits, other.bits));
  return Math.floor(one.from / size) === Math.floor(other.from / size);
};

const written = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
