/**
 * Calls, and lets whatever is thrown come up on its own a moment later, as it would from a listener: the process hears
 * of it, and nobody who comes after it here waits in vain.
 */
export function apart(act: () => void): void {
  try {
    act();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
