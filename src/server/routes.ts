import type { Problem } from '../core/errors.js';
import { type Original, pathIn } from './message.js';
import { readingsOf } from './readings.js';

/** What a route asks for, beside a session: the first rule that fits says so. */
export interface RouteRule {
  /**
   * `/payments`: that path. `/payments/*`: it, and all below it. A `*` further left stands for any one segment.
   * Upper case and a slash at the end make no difference.
   */
  readonly path: string;
  /** Which methods; `HEAD` goes with `GET`. Default: all. */
  readonly methods?: readonly string[];
  /** An operation of the policy. */
  readonly operation: string;
}

/** What a request asks for: an operation, or none. `ambiguous`: that depends on how its path is read. */
export type Demand = { readonly operation: string | null } | 'ambiguous';

interface Route {
  readonly segments: readonly string[];
  readonly isOpenEnded: boolean;
  readonly methods: ReadonlySet<string> | null;
  readonly operation: string;
}

const NOTHING: Demand = { operation: null };
/** What no upstream reads in two ways. */
const PLAIN = /^(?:\/[a-z0-9_~-][a-z0-9._~-]*)*\/?$/;
const PATTERN = /^(?:\/(?:\*|(?![^/]*[*?#%\\;])[!-.0-~]+))*\/?$/;

/** Says what is wrong with rules. */
export function routeProblems(rules: readonly RouteRule[], operations: readonly string[]): readonly Problem[] {
  return rules.flatMap(({ path, methods, operation }, index) => {
    const problems: Problem[] = [];
    const tell = (where: string, message: string) =>
      problems.push({ path: `/routes/${index}/${where}`, code: 'invalid', message });
    if (typeof path !== 'string' || !path.startsWith('/') || !PATTERN.test(path)) {
      tell('path', 'must be a path in ASCII such as `/payments`, `/payments/*` or `/accounts/*/close`');
    }
    if (methods !== undefined && (!Array.isArray(methods) || methods.length === 0)) {
      tell('methods', 'must be a list of methods: ["POST"]');
    }
    if (!operations.includes(operation)) {
      tell('operation', `\`${operation}\` is no operation of the policy: it has ${listed(operations)}`);
    }
    return problems;
  });
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `\`${name}\``).join(', ');
}

/**
 * Makes a reader of what requests ask for. A path that upstreams may read in several ways (percent-encoded slashes,
 * dots, a backslash, `;`, `//`) is read in all of them, and has to mean the same each time.
 */
export function demandsBy(rules: readonly RouteRule[]): (original: Original) => Demand {
  if (rules.length === 0) return () => NOTHING;
  const routes = rules.map(compiled);
  return ({ method, url }) => {
    const path = pathIn(url).toLowerCase();
    const asked = method.toUpperCase() === 'HEAD' ? 'GET' : method.toUpperCase();
    const first = demandOf(routes, asked, path);
    if (PLAIN.test(path)) return { operation: first };
    const isSame = readingsOf(path)?.every((reading) => demandOf(routes, asked, reading) === first);
    return isSame === true ? { operation: first } : 'ambiguous';
  };
}

function compiled({ path, methods, operation }: RouteRule): Route {
  const segments = path.toLowerCase().split('/').filter(isSegment);
  const isOpenEnded = segments.at(-1) === '*';
  return {
    segments: isOpenEnded ? segments.slice(0, -1) : segments,
    isOpenEnded,
    methods: methods === undefined ? null : new Set(methods.map((method) => method.toUpperCase())),
    operation,
  };
}

function demandOf(routes: readonly Route[], method: string, path: string): string | null {
  const segments = path.split('/').filter(isSegment);
  for (const route of routes) if (fits(route, method, segments)) return route.operation;
  return null;
}

function fits({ segments, isOpenEnded, methods }: Route, method: string, path: readonly string[]): boolean {
  if (methods !== null && !methods.has(method)) return false;
  if (isOpenEnded ? path.length < segments.length : path.length !== segments.length) return false;
  return segments.every((segment, index) => segment === '*' || segment === path[index]);
}

function isSegment(text: string): boolean {
  return text !== '';
}
