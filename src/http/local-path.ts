/** Longer than any address that somebody meant to come back to. */
const LONGEST = 2_000;
/** Any will do: it stands for this site. */
const HERE = 'http://here.invalid';

/**
 * A path of this site, with its query and fragment, as it is safe to redirect to; `null` for anything else. For the
 * `return_to` that a sign-in page is opened with: anybody may have written it, and `//evil.example`,
 * `/\\evil.example` and `/.//evil.example` are other sites to a browser.
 *
 * @example
 * localPath('/accounts?page=2'); // => '/accounts?page=2'
 * localPath('//evil.example'); // => null
 * localPath('https://evil.example'); // => null
 */
export function localPath(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LONGEST) return null;
  // browsers leave out tabs and line ends, and what remains may be another address
  if (!value.startsWith('/') || /\p{Cc}/u.test(value)) return null;
  const url = urlOf(value);
  if (url === null || url.origin !== HERE || url.pathname.startsWith('//')) return null;
  return url.pathname + url.search + url.hash;
}

function urlOf(value: string): URL | null {
  try {
    return new URL(value, HERE);
  } catch {
    return null;
  }
}
