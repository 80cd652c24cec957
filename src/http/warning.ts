/** Where a warning goes that nobody asked for: a door of its own, since it is no argument of anybody's. */
export function warnOnConsole(message: string): void {
  console.warn(message);
}
