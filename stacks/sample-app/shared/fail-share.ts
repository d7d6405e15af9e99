/**
 * Decides which requests fail so that exactly the given share does, evenly spread: a share of 0.5 fails every
 * second one. It is error diffusion: each request adds the share, and one fails whenever a whole has gathered.
 * It starts one request short of a whole, so that the first request after a change of the share already fails.
 */
export function failShare(share: number): () => boolean {
  let gathered = 1 - share;
  return () => {
    gathered += share;
    // Sums like 10 × 0.1 end a hair below 1 in floating point.
    if (share === 0 || gathered < 1 - 1e-9) return false;
    gathered -= 1;
    return true;
  };
}
