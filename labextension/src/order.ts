/** Which rows of a report are shown, and in which order. */

import type { ParameterReport, Verdict } from './contract';

/** As the parameters stand in the notebook, or those that are most wrong first. */
export type Order = 'given' | 'worst' | 'name';

/** How a person has arranged the rows. */
export interface Arrangement {
  /** Null until they choose one. */
  order: Order | null;
  /** Whether the rows that are right are left out. */
  doubtful: boolean;
  /** The keys of the rows that stand open. */
  opened: ReadonlySet<string>;
}

/** An arrangement that is kept by whoever shows one report after the other. */
export interface Arranging {
  arrangement: Arrangement;
  onArrange: (arrangement: Arrangement) => void;
}

export const AS_GIVEN: Arrangement = { order: null, doubtful: false, opened: new Set() };

const RANK: Record<Verdict, number> = { fail: 0, inconclusive: 1, pass: 2 };

/** The rows in this order; `doubtful` leaves out those that are right. */
export function arranged(
  parameters: readonly ParameterReport[],
  order: Order,
  doubtful: boolean
): readonly ParameterReport[] {
  const rows = doubtful ? parameters.filter(parameter => parameter.verdict !== 'pass') : parameters;
  switch (order) {
    case 'given':
      return rows;
    case 'worst':
      return [...rows].sort(
        (one, other) => RANK[one.verdict] - RANK[other.verdict] || differenceOf(other) - differenceOf(one)
      );
    case 'name':
      return [...rows].sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
  }
}

/** A gradient that is missing or not finite has no relative difference, and nothing is further off. */
function differenceOf(parameter: ParameterReport): number {
  return parameter.relative_difference ?? Infinity;
}
