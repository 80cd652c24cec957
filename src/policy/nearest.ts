/** What people write who come from elsewhere, and what it is called here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  maxage: 'absoluteTimeout',
  ttl: 'absoluteTimeout',
  lifetime: 'absoluteTimeout',
  lifespan: 'absoluteTimeout',
  expiresin: 'absoluteTimeout',
  inactivitytimeout: 'idleTimeout',
  timeout: 'idleTimeout',
  warning: 'warnBefore',
  leeway: 'clockLeeway',
  clocktolerance: 'clockLeeway',
  touchafter: 'recordEvery',
  maxauthage: 'authenticatedWithin',
  acr: 'assuranceLevel',
};

/** The known name that was most likely meant, or `null`. */
export function nearest(name: string, known: readonly string[]): string | null {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const translated = Object.hasOwn(ELSEWHERE, plain) ? (ELSEWHERE[plain] as string) : null;
  if (translated !== null && known.includes(translated)) return translated;
  const ranked = known.map((one) => ({ one, distance: editDistance(plain, one.toLowerCase()) }));
  const [best] = ranked.sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(2, Math.floor(best.one.length / 3)) ? best.one : null;
}

/** How many letters must be added, dropped or changed to make one word of the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const changed = (row[j] as number) + Number(letter !== b[j]);
      next.push(Math.min(changed, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
