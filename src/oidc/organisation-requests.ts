import type { Session } from '../core/session.js';
import { hasLapsed } from '../deadlines.js';
import type { Answer, RefreshAnswer } from '../engine/answers.js';
import { beneath } from '../engine/ceiling.js';
import { byId, type Which } from '../engine/question.js';
import type { Access } from '../engine/requests.js';
import { askBackground, type Over, overOf, type Pair, refusedAs } from './organisation.js';
import { ceilingOf, isCounted, isUnder } from './organisation-ceiling.js';

/** How a session ends that stood under one that has ended. */
const UNDER_ENDED = { code: 'organisation_ended', by: 'organisation' } as const;

/** Asks both whether a request may go on; what a person does counts for the organisation where it says so. */
export async function accessUnder<Operation extends string>(
  pair: Pair<Operation>,
  which: Which,
  access: Access<Operation>,
) {
  const { organisation, application } = pair;
  return underOr(
    pair,
    which,
    () => application.access(which, access),
    async (over, own) => {
      const isActive = own.effect === 'permit' && access.activity === 'user' && isCounted(pair);
      if (!isActive) return over;
      return { ...over, answer: await organisation.access(byId(over.link), { activity: 'user' }) };
    },
  ) as Promise<Answer>;
}

type Linked = Extract<Over, { readonly refusal: null }>;

/** Asks the organisation, then the application, and says what both permit. */
export async function underOr(
  pair: Pair,
  which: Which,
  ask: () => Promise<RefreshAnswer>,
  then: (over: Linked, own: Answer) => Promise<Linked> = async (over) => over,
): Promise<RefreshAnswer> {
  const over = await overOf(pair, which, askBackground(pair));
  if (over === null) return ask();
  if (over.refusal !== null) return over.refusal;
  if (over.answer.effect !== 'permit') return refusedUnder(pair, which, over);
  const own = await ask();
  if (own.effect === 'superseded' || own.session === null) return own;
  if (!isUnder(own.session, over)) return refusedAs(pair, 'organisation_missing');
  const now = await then(over, own);
  // it may have ended in between
  return now.answer.effect === 'permit' ? beneath(own, ceilingOf(pair, now.answer)) : refusedUnder(pair, which, now);
}

/** What the organisation does not permit, nobody is let in to. */
export async function refusedUnder(pair: Pair, which: Which, over: Linked): Promise<Answer> {
  const { session } = over.answer;
  if (session === null && over.answer.effect === 'deny') return refusedAs(pair, 'organisation_missing');
  if (session !== null && session.ended !== null) return pair.application.end(which, UNDER_ENDED);
  const own = await pair.application.peek(which);
  return beneath(own, ceilingOf(pair, over.answer));
}

/** As `access`, and nothing is renewed or written: a session whose organisation's is over is shown as it will end. */
export async function peekUnder(pair: Pair, which: Which): Promise<Answer> {
  const [over, own] = await Promise.all([
    overOf(pair, which, (id) => pair.organisation.peek(byId(id))),
    pair.application.peek(which),
  ]);
  if (over === null) return own;
  if (over.refusal !== null) return over.refusal;
  if (own.session === null) return own;
  if (!isUnder(own.session, over)) return refusedAs(pair, 'organisation_missing');
  const { session } = over.answer;
  if (session === null && over.answer.effect === 'deny') return refusedAs(pair, 'organisation_missing');
  const isOver = session !== null && hasLapsed(pair.organisation.policy(), session, pair.organisation.now());
  if (isOver && over.answer.effect === 'deny' && own.session.ended === null) return shownEnded(pair, own.session);
  return beneath(own, ceilingOf(pair, over.answer));
}

function shownEnded(pair: Pair, own: Session): Answer {
  const { reasons } = refusedAs(pair, 'organisation_ended');
  const at = pair.application.now();
  return { effect: 'deny', session: { ...own, ended: { code: 'organisation_ended', since: at, at } }, reasons };
}
