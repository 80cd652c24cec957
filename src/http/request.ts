/** A request, as every framework can show it. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, or the whole address: `/accounts?page=2`. */
  readonly url: string;
  /** A header by its lower-case name. Several lines of one name come as an array, or joined. */
  header(name: string): string | readonly string[] | null | undefined;
  /** The address at the other end of the connection, which may be a proxy's; `null` where a runtime does not tell. */
  readonly remoteAddress: string | null;
  /** Whether the client has hung up, and its address is gone with it. Nobody will read the answer. Default: no. */
  readonly isGone?: boolean;
  /** What the framework itself calls the request, for code of yours that knows the framework. */
  readonly native?: unknown;
}

/** A line to add to a response. Several `Set-Cookie` are several lines. */
export type HeaderLine = readonly [name: string, value: string];

/** Where a response is made: each framework adds a line to its own. */
export type AppendHeader = (name: string, value: string) => void;

/** A header as one text; `null` if it is not there. Lines of one name are joined as RFC 9110 section 5.3 has it. */
export function headerOf(request: HttpRequest, name: string): string | null {
  const value = request.header(name);
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  return value.join(name === 'cookie' ? '; ' : ', ');
}

/** The path of a request, without its query; `/` for what is no address. */
export function pathOf({ url }: Pick<HttpRequest, 'url'>): string {
  if (url.startsWith('/')) return url.split(/[?#]/, 1)[0] as string;
  try {
    return new URL(url).pathname;
  } catch {
    return '/';
  }
}
