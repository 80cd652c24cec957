/** Where somebody is writing in a JSON text. */
export interface Cursor {
  /** Keys and indices down to the object whose key is written, or to the value that is written. */
  readonly path: readonly (string | number)[];
  readonly place: 'key' | 'value';
  /** The token under the cursor, which a completion replaces; empty between two tokens. */
  readonly from: number;
  readonly to: number;
  /** The other keys of the object. */
  readonly used: readonly string[];
}

/** An object or a list that is not closed yet. */
interface Open {
  readonly isList: boolean;
  /** The key or the index whose value comes next or is being written. */
  key: string | number | null;
  /** Whether a colon has come, so that a value is next. */
  isValue: boolean;
  readonly keys: string[];
}

const TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:\\.|[^"\\\n])*"?|[\w.+-]+|[{}[\]:,]/g;

/** Finds out where an offset lies in a text that need not be valid; `null` in comments and outside the document. */
export function cursorIn(text: string, offset: number): Cursor | null {
  const open: Open[] = [];
  let from = offset;
  let to = offset;
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    const end = match.index + token.length;
    if (match.index >= offset) break;
    const isInside = offset < end || (offset === end && /["\w]$/.test(token));
    if (token.startsWith('//') || token.startsWith('/*')) {
      if (isInside || (offset === end && token.startsWith('//'))) return null;
    } else if (isInside) {
      [from, to] = [match.index, end];
      break;
    } else read(open, token);
  }
  const inner = open.at(-1);
  if (inner === undefined) return null;
  const outer = open.slice(0, -1).map(({ key }) => key ?? '');
  const isKey = !inner.isList && !inner.isValue;
  const used = isKey ? [...inner.keys, ...keysAfter(text, to)] : [];
  return { path: isKey ? outer : [...outer, inner.key ?? ''], place: isKey ? 'key' : 'value', from, to, used };
}

/** The names under a key of the whole, such as `networks`, however unfinished the text is. */
export function namesIn(text: string, key: string): string[] {
  const open: Open[] = [];
  const names: string[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith('//') || token.startsWith('/*')) continue;
    const inner = open.at(-1);
    const isKey = open.length === 2 && inner?.isList === false && !inner.isValue && token.startsWith('"');
    if (isKey && open[0]?.key === key) names.push(unquoted(token));
    read(open, token);
  }
  return names;
}

function read(open: Open[], token: string): void {
  const inner = open.at(-1);
  if (token === '{') open.push({ isList: false, key: null, isValue: false, keys: [] });
  else if (token === '[') open.push({ isList: true, key: 0, isValue: true, keys: [] });
  else if (token === '}' || token === ']') open.pop();
  else if (inner === undefined) return;
  else if (token === ':') inner.isValue = true;
  else if (token === ',') next(inner);
  else if (!inner.isValue) {
    inner.key = unquoted(token);
    inner.keys.push(inner.key);
  }
}

function next(inner: Open): void {
  if (inner.isList) inner.key = Number(inner.key) + 1;
  else {
    inner.key = null;
    inner.isValue = false;
  }
}

/** The keys of the same object that come later. */
function keysAfter(text: string, offset: number): string[] {
  const keys: string[] = [];
  let depth = 0;
  let last = '';
  for (const [token] of text.slice(offset).matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (token === ':' && depth === 0 && last !== '') keys.push(unquoted(last));
    if (depth < 0) break;
    last = token.startsWith('"') ? token : '';
  }
  return keys;
}

function unquoted(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    return token.replaceAll('"', '');
  }
}
