import { varint } from './varint.ts';

/**
 * Bytes in Snappy's block format without compression, as one literal:
 * https://github.com/google/snappy/blob/main/format_description.txt. The receiver is on this machine, so compression would
 * only take time.
 */
export function snappyLiterals(bytes: Uint8Array): Buffer {
  if (bytes.length === 0) return varint(0);
  // Of the length less 1, which follows in four bytes, the lowest first.
  const literal = Buffer.alloc(5, 63 << 2);
  literal.writeUInt32LE(bytes.length - 1, 1);
  return Buffer.concat([varint(bytes.length), literal, bytes]);
}
