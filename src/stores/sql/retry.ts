/** With this many writers on one record, each of them has come through at the latest. */
const ATTEMPTS = 10;

/**
 * Tries again what the database took back by itself: a deadlock's victim, a transaction that could not be serialized.
 * Nothing of it was written, so that trying again is safe whatever it was, and the next attempt sees what the other one
 * wrote. Anything else is thrown at once: a lost connection leaves open whether the write took place.
 */
export async function retried<Value>(
  wasTakenBack: (error: unknown) => boolean,
  act: () => Promise<Value>,
): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (attempt === ATTEMPTS || !wasTakenBack(error)) throw error;
    }
  }
}
