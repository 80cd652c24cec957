import type { Timers } from '../time/timer.js';
import { fault } from './faults.js';

/**
 * Waits for an answer, but not for ever. What comes later is dropped, a failure included: nobody waits for it any more.
 *
 * @throws a fault `store_timeout`, or what the promise is rejected with.
 */
export function within<Value>(timers: Timers, milliseconds: number, answer: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const cancel = timers.after(milliseconds, () => reject(fault('store_timeout')));
    answer.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error) => {
        cancel();
        reject(error);
      },
    );
  });
}
