/**
 * The response that `redirect()`, `notFound()` and their like of Next's throw; `null` for an error. Next would make the
 * same of it, but without the cookie of a login. What they throw says itself in `digest`.
 */
export function nextThrown(thrown: unknown): Response | null {
  const { digest } = Object(thrown) as { readonly digest?: unknown };
  if (typeof digest !== 'string') return null;
  return redirection(digest) ?? fallback(digest);
}

/** `NEXT_REDIRECT;replace;/account;307;` */
function redirection(digest: string): Response | null {
  const found = /^NEXT_REDIRECT;(?:replace|push);(.*);(303|307|308);$/s.exec(digest);
  if (found === null) return null;
  const [, location = '', status] = found;
  return new Response(null, { status: Number(status), headers: { location } });
}

/** `NEXT_HTTP_ERROR_FALLBACK;404`, and what `notFound` threw before Next 15. */
function fallback(digest: string): Response | null {
  if (digest === 'NEXT_NOT_FOUND') return new Response(null, { status: 404 });
  const status = /^NEXT_HTTP_ERROR_FALLBACK;(401|403|404)$/.exec(digest)?.[1];
  return status === undefined ? null : new Response(null, { status: Number(status) });
}
