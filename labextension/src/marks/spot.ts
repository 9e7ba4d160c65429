/** A marked line of a notebook, to go to. */

/** The place of its cell in the notebook, and its line, both from 0. */
export interface Spot {
  index: number;
  line: number;
}

/** The first of `spots`, which are in order, that stands after `from`; after the last the first. */
export function nextSpot(spots: readonly Spot[], from: Spot): Spot | null {
  const later = ({ index, line }: Spot) => index > from.index || (index === from.index && line > from.line);
  return spots.find(later) ?? spots[0] ?? null;
}
