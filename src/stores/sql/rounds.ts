import type { Envelope, WriteOutcome } from '../../engine/ports.js';

/** Far below what any of the databases takes in one statement, and beyond where larger ones are any faster. */
const MOST = { envelopes: 500, characters: 1_000_000 };

/** Replaces envelopes with different ids in one go; answers with the ids of those that were written. */
export type ReplaceDistinct = (envelopes: readonly Envelope[]) => Promise<ReadonlySet<string>>;

/**
 * Replaces in rounds in which no id occurs twice: one statement would see both of them on the row as it was before, and
 * which one it takes is up to the database.
 */
export async function replaceInRounds(
  envelopes: readonly Envelope[],
  replaceDistinct: ReplaceDistinct,
): Promise<WriteOutcome[]> {
  const outcomes: WriteOutcome[] = [];
  for (const round of roundsOf(envelopes)) {
    const written = await replaceDistinct(round);
    for (const { id } of round) outcomes.push(written.has(id) ? 'written' : 'conflict');
  }
  return outcomes;
}

function* roundsOf(envelopes: readonly Envelope[]): Generator<readonly Envelope[]> {
  let round = new Map<string, Envelope>();
  let characters = 0;
  for (const envelope of envelopes) {
    if (round.has(envelope.id) || round.size === MOST.envelopes || characters > MOST.characters) {
      yield [...round.values()];
      round = new Map();
      characters = 0;
    }
    round.set(envelope.id, envelope);
    characters += envelope.record.length;
  }
  if (round.size > 0) yield [...round.values()];
}
