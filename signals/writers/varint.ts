/**
 * Base 128 varint, as in Protocol Buffers and Snappy: seven bits per byte, the lowest first.
 *
 * @param value a whole number from 0 up.
 */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  // Not by shifts, because these are limited to 32 bits.
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
