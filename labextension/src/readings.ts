/** What the kernel offers to check, and how to ask for it. */

import type { Candidates, Guess, Reading } from './contract';
import type { Names } from './model';

/** A reading of the notebook, and the names that ask for it and for no other. */
export interface Offer {
  reading: Reading;
  names: Names;
}

/** The readings that can be asked for by name; to choose among the others takes the choosers. */
export function offersOf(candidates: Candidates): readonly Offer[] {
  const readings = candidates.readings ?? [];
  const offers = readings.map(reading => ({ reading, names: namesOf(reading, candidates) }));
  const asked = offers.map(({ names }) => JSON.stringify(names));
  return offers.filter((_, index) => asked.every((other, at) => at === index || other !== asked[index]));
}

/** The guess as the choosers can start from it: parameters that are no variable are left to be found. */
export function presetOf(candidates: Candidates): Guess | null {
  const { guess } = candidates;
  return guess && { ...guess, parameters: isVariable(guess.parameters, candidates) ? guess.parameters : null };
}

/** The functions of a reading, and its parameters where other readings have the same functions. */
function namesOf(reading: Reading, candidates: Candidates): Names {
  const { forward, backward, parameters } = reading;
  const name = parameters.length === 1 ? parameters[0]! : null;
  const alone = candidates.readings?.every(
    other => other === reading || other.forward !== forward || other.backward !== backward
  );
  return alone || name === null || !isVariable(name, candidates)
    ? { forward, backward }
    : { forward, backward, parameters: name };
}

/** Whether it is a variable of the notebook; keys of a dict and labels such as `x, w, b` are not. */
function isVariable(name: string | null, { parameters, data }: Candidates): boolean {
  return parameters.some(one => one.name === name) || data.some(one => one.name === name);
}
