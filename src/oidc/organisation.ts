import type { Answer } from '../engine/answers.js';
import type { Engine } from '../engine/engine.js';
import { byId, targetOf, type Which } from '../engine/question.js';
import type { MissingDecision } from '../missing-session.js';
import { ORGANISATION, textOf } from './attributes.js';

/** The two engines of an application in single sign-on. */
export interface SingleSignOnOptions<Operation extends string = string> {
  /** Keeps the organisation's sessions: the same store and policy for every application. */
  readonly organisation: Engine;
  /** Keeps this application's. Its policy: `tighten(organisationPolicy, applicationPolicy).policy`. */
  readonly application: Engine<Operation>;
  /** Of how many sessions to remember which organisation's session they stand under. Default 10,000. */
  readonly remember?: number;
}

/** The engines, and what was learnt of who stands under whom. */
export interface Pair<Operation extends string = string> extends SingleSignOnOptions<Operation> {
  /** The organisation's session of an application's, by id: it never changes, so it need not be looked up twice. */
  readonly links: Map<string, string>;
}

/** What the organisation says to a request: about its session, or at once. */
export type Over =
  | { readonly link: string; readonly answer: Answer; readonly refusal: null }
  | { readonly link: null; readonly answer: null; readonly refusal: Answer };

const MOST_LINKS = 10_000;

/** Remembers under which session one stands; who was remembered first goes first. */
export function link({ links, remember = MOST_LINKS }: Pair, id: string, organisation: string): void {
  links.delete(id);
  links.set(id, organisation);
  const [oldest] = links.keys();
  if (links.size > remember && oldest !== undefined) links.delete(oldest);
}

/**
 * Asks the organisation first: what it does not permit is no activity in the application either. `null` where the
 * application knows no such session, and may say so itself.
 */
export async function overOf(pair: Pair, which: Which, ask: (id: string) => Promise<Answer>): Promise<Over | null> {
  const id = targetOf(which)?.id;
  const known = id === undefined ? undefined : pair.links.get(id);
  if (known !== undefined) return { link: known, answer: await ask(known), refusal: null };
  const seen = await pair.application.peek(which);
  if (seen.session === null) return seen.effect === 'indeterminate' ? refuse(seen) : null;
  const found = textOf(seen.session, ORGANISATION);
  if (found === null) return refuse(refusedAs(pair, 'organisation_missing'));
  link(pair, seen.session.id, found);
  return { link: found, answer: await ask(found), refusal: null };
}

function refuse(refusal: Answer): Over {
  return { link: null, answer: null, refusal };
}

/** A refusal that ends nothing: there is no session that both know. A login helps. */
export function refusedAs({ organisation }: Pair, code: string): MissingDecision {
  const reason = { code, effect: 'deny', rule: 'organisation', since: organisation.now() } as const;
  return { effect: 'deny', session: null, reasons: [reason] };
}

/** What is known of the organisation's session now, as any request of an application finds it. */
export function askBackground({ organisation }: Pair): (id: string) => Promise<Answer> {
  return (id) => organisation.access(byId(id), { activity: 'background' });
}
