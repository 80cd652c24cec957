import { hasLapsed } from '../deadlines.js';
import type { Answer, EndAllAnswer, ListAnswer, Listed } from '../engine/answers.js';
import { byId, type Which } from '../engine/question.js';
import type { Ending } from '../engine/requests.js';
import { ORGANISATION, textOf } from './attributes.js';
import type { Pair } from './organisation.js';
import { isUnder, isUnsure } from './organisation-ceiling.js';

/** A subject's sessions in the application that the organisation lets live; what is asked of it travels together. */
export async function listUnder(pair: Pair, subject: string): Promise<ListAnswer> {
  const listed = await pair.application.list(subject);
  if (listed.effect !== 'permit') return listed;
  const overs = await Promise.all(
    listed.sessions.map(({ session }) => pair.organisation.peek(byId(textOf(session, ORGANISATION) ?? ''))),
  );
  const unsure = overs.find(isUnsure);
  if (unsure !== undefined) return { effect: 'indeterminate', session: null, reasons: unsure.reasons };
  const sessions = listed.sessions.flatMap((one, index): Listed[] => {
    const answer = overs[index];
    const known = textOf(one.session, ORGANISATION);
    if (answer === undefined || known === null || !isUnder(one.session, { link: known, answer, refusal: null }))
      return [];
    // what is refused now and not over may be permitted again: a logout has to find it
    if (answer.effect !== 'permit') return isOver(pair, answer) ? [] : [one];
    const { until, boundBy } = answer;
    return [until < one.until ? { ...one, until, boundBy } : one];
  });
  return { effect: 'permit', sessions };
}

/** Whether the organisation's session is over for good. */
function isOver({ organisation }: Pair, { session }: Answer): boolean {
  return session === null || session.ended !== null || hasLapsed(organisation.policy(), session, organisation.now());
}

/** Ends all of a subject's sessions, the organisation's first: then no application lets the others in. */
export async function endAllUnder(
  pair: Pair,
  subject: string,
  { except, ...ending }: Ending & { readonly except?: Which } = {},
): Promise<EndAllAnswer> {
  const spared = except === undefined ? null : await pair.application.peek(except);
  if (spared !== null && isUnsure(spared)) {
    return { effect: 'indeterminate', session: null, reasons: spared.reasons, ended: [] };
  }
  const over = spared?.session ? textOf(spared.session, ORGANISATION) : null;
  const spares = over === null ? {} : { except: byId(over) };
  const everywhere = await pair.organisation.endAll(subject, { ...ending, ...spares });
  const here = await pair.application.endAll(subject, { ...ending, ...(except !== undefined && { except }) });
  const ended = here.ended;
  if (everywhere.effect === 'permit') return here;
  return { effect: 'indeterminate', session: null, reasons: everywhere.reasons, ended };
}
