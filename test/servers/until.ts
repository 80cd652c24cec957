import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until the answer is yes; fails with `what` when it stays no for too long. */
export async function until(what: string, ask: () => Promise<boolean> | boolean, within = 15_000): Promise<void> {
  const deadline = performance.now() + within;
  let last: unknown = null;
  for (;;) {
    try {
      if (await ask()) return;
      last = null;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`not within ${within} ms: ${what}`, { cause: last });
    await pause(10);
  }
}
