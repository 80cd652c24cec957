import { systemClock } from '../../time/clock.js';
import type { Instant } from '../../time/instant.js';
import { systemTimers } from '../../time/timer.js';
import type { CaseContext } from './case.js';
import { expectThat } from './check.js';

/** How long after the beginning of a case its first deadlines lie where a real clock has to be waited for. */
const SHORT_WAIT = 750;
const MINUTE = 60_000;
const POLL_EVERY = 10;

/** The answer, or an error when it does not come in time. */
export function inTime<T>(answer: Promise<T>, { patience }: CaseContext, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = systemTimers.after(patience, () => reject(new Error(`${what}: no answer within ${patience} ms`)));
    answer.then(resolve, reject).finally(cancel);
  });
}

/** Asks again and again until it is so. */
export async function eventually(
  context: CaseContext,
  what: string,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  const start = systemClock.now();
  while (!(await isSo())) {
    expectThat(systemClock.now() - start < context.patience, `${what}: not within ${context.patience} ms`);
    await new Promise<void>((resolve) => systemTimers.after(POLL_EVERY, resolve));
  }
}

/** An instant that is soon enough to be waited for with `passUntil`, and late enough for a few calls before it. */
export function shortlyAfter({ now, removal, fixture }: CaseContext): Instant {
  return now + (removal === 'expiry' && fixture.advance === undefined ? SHORT_WAIT : MINUTE);
}

/** Lets the instant come, and everything go that may be removed then. */
export async function passUntil(context: CaseContext, instant: Instant): Promise<void> {
  const { store, fixture, now, removal } = context;
  if (removal === 'purge') {
    while ((await store.purge(instant, 1_000)) === 1_000);
    return;
  }
  if (fixture.advance !== undefined) return fixture.advance(instant - now);
  const time = () => store.now?.() ?? systemClock.now();
  const patient = { ...context, patience: context.patience + Math.max(0, instant - now) };
  await eventually(patient, 'the deadline', async () => (await time()) > instant);
}

/** Waits until nothing lies under the id; where the backend removes it, that may take it a moment. */
export async function expectGone(context: CaseContext, id: string, what: string): Promise<void> {
  const isGone = async () => (await context.store.load([id]))[0] === null;
  if (context.removal === 'expiry') return eventually(context, what, isGone);
  expectThat(await isGone(), `${what}: still there`);
}
