/** Some decode once too often. */
const MOST_DECODINGS = 3;
/** What ordinary odd paths stay far below, and who makes up worse ones pays for himself alone. */
const MOST_READINGS = 64;
const MOST_CHARACTERS = 65_536;

/** What somebody may do to a path before it is compared, in whatever order. No step makes it longer. */
const STEPS: readonly ((path: string) => string)[] = [
  decodedOnce,
  // by the URL standard an encoded dot is a dot, while an encoded slash is none
  (path) => path.replaceAll('%2e', '.'),
  (path) => path.replaceAll('\\', '/'),
  // parameters of a segment, as servers for Java have them
  (path) => path.replace(/;[^/]*/g, ''),
  // a `?` that was encoded, a `#` that no client sends, an end of text in C
  (path) => path.replace(/[?#\0].*$/s, ''),
  // `new URL('//host/path', base)` has another host, and the rest for its path
  (path) => path.replace(/^\/{2,}[^/]*/, ''),
  (path) => path.replace(/\/{2,}/g, '/'),
  withoutDots,
];

/**
 * Every reading of a path, itself first; `null` if there are too many, or it is encoded more often than anybody
 * decodes. Which upstream takes which steps nobody knows here, and some are behind others: so all that any order of
 * steps leads to counts.
 */
export function readingsOf(path: string): readonly string[] | null {
  if (decodings(path) > MOST_DECODINGS) return null;
  const most = Math.min(MOST_READINGS, MOST_CHARACTERS / path.length);
  const readings = new Set([path]);
  for (const reading of readings) {
    for (const step of STEPS) readings.add(step(reading));
    if (readings.size > most) return null;
  }
  return [...readings];
}

function decodings(path: string): number {
  let count = 0;
  for (let text = path; count <= MOST_DECODINGS; count++) {
    const decoded = decodedOnce(text);
    if (decoded === text) break;
    text = decoded;
  }
  return count;
}

/** As the most lenient do: what is no encoding stays as it is. */
function decodedOnce(path: string): string {
  const decoded = path.replace(/%[0-9a-f]{2}/g, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
  return decoded.toLowerCase();
}

/** An empty segment is one, as in the URL standard; who takes several slashes for one does that first. */
function withoutDots(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/').slice(1)) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}
