/** The number that ipykernel names a cell by. */

/** ipykernel's own, of its file names for the debugger. */
const SEED = 0xc70f6907;
const M = 0x5bd1e995;

/** MurmurHash2 of the UTF-8 bytes of `source`, in decimal digits. */
export function murmur2(source: string): string {
  const bytes = new TextEncoder().encode(source);
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  let hash = SEED ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(words.getUint32(at, true), M);
    word = Math.imul(word ^ (word >>> 24), M);
    hash = Math.imul(hash, M) ^ word;
  }
  if (whole < bytes.length) {
    let rest = 0;
    for (let at = bytes.length - 1; at >= whole; at -= 1) {
      rest = (rest << 8) | bytes[at]!;
    }
    hash = Math.imul(hash ^ rest, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return String((hash ^ (hash >>> 15)) >>> 0);
}
