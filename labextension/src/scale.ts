/** Scales of the pictures: how a number becomes a length or a strength. */

/** The share of a bar that a relative difference fills: 0 at 1e-16, where float64 ends, 1 at 1. */
export function differenceShare(difference: number): number {
  return difference > 0 ? clamp((Math.log10(difference) + 16) / 16) : 0;
}

/**
 * How strongly an error is shown, from 0 to 1.
 *
 * #### Notes
 * What is below `limit` cannot be told from right, and is not shown. Above, the scale is logarithmic: an error of a
 * thousandth beside one of 1 is as wrong, and must be seen.
 */
export function strength(error: number, limit: number, largest: number): number {
  if (!(error > 0) || error <= limit) {
    return 0;
  }
  const floor = Math.max(limit, largest * 1e-6);
  if (largest <= floor) {
    return 1;
  }
  return 0.2 + 0.8 * clamp(Math.log(error / floor) / Math.log(largest / floor));
}

/** The powers of ten from `low` to `high`, both within; no more than `most` of them. */
export function decades(low: number, high: number, most: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const step = Math.max(1, Math.ceil((last - first + 1) / most));
  const found: number[] = [];
  for (let power = Math.ceil(first / step) * step; power <= last; power += step) {
    found.push(power);
  }
  return found;
}

/** Where `value` lies between `low` and `high`, from 0 to 1, on a logarithmic scale. */
export function logShare(value: number, low: number, high: number): number {
  // Logarithms apart: the quotient of numbers that are far apart is none.
  return high > low ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low)) : 0.5;
}

function clamp(share: number): number {
  return Math.max(0, Math.min(1, share));
}
