import { curfewError } from '../core/errors.js';
import type { Answer, StartAnswer } from '../engine/answers.js';
import { beneath } from '../engine/ceiling.js';
import { byId } from '../engine/question.js';
import type { EngineLogin } from '../engine/start.js';
import { ISSUER, ORGANISATION, SID } from './attributes.js';
import { isText } from './claims.js';
import { askBackground, link, type Pair, refusedAs } from './organisation.js';
import { ceilingOf, isUnsure } from './organisation-ceiling.js';

type Joined = { readonly answer: Answer; readonly isNew: boolean } | { readonly refusal: StartAnswer };

/** Starts an application's session under the organisation's: the one that the login names, or a new one. */
export async function startUnder(pair: Pair, login: EngineLogin): Promise<StartAnswer> {
  const named = login.attributes?.[ORGANISATION];
  if (named !== undefined && !isText(named)) {
    const message = "must be the id of the organisation's session";
    const problem = { path: `/attributes/${ORGANISATION}`, code: 'invalid', message };
    throw curfewError('login_invalid', 'this is not a login:', [problem]);
  }
  const joined = named === undefined ? await begun(pair, login) : await found(pair, login, named);
  if ('refusal' in joined) return joined.refusal;
  const { id } = joined.answer.session as { readonly id: string };
  // where it comes to nothing, nobody stands under it, and nobody knows of it
  const undo = async () => joined.isNew && pair.organisation.end(byId(id), { code: 'start_failed' });
  const attributes = { ...login.attributes, [ORGANISATION]: id };
  const started = await pair.application.start({ ...login, attributes }).catch(async (error: unknown) => {
    await undo();
    throw error;
  });
  if (started.effect !== 'permit') {
    await undo();
    return started;
  }
  link(pair, started.session.id, id);
  const ceiling = ceilingOf(pair, joined.answer);
  const permit = beneath({ ...started, refresh: null }, ceiling);
  if (permit.effect !== 'permit') return started;
  const { until, warnAt, boundBy } = permit;
  return { ...started, until, warnAt, boundBy, ceiling };
}

async function found(pair: Pair, login: EngineLogin, id: string): Promise<Joined> {
  const answer = await askBackground(pair)(id);
  if (isUnsure(answer)) return { refusal: { effect: 'indeterminate', session: null, reasons: answer.reasons } };
  if (answer.effect !== 'permit') {
    const isOver = answer.session === null || answer.session.ended !== null;
    const code = isOver ? 'organisation_ended' : (answer.reasons[0]?.code ?? 'organisation_ended');
    return { refusal: refusedAs(pair, code) };
  }
  // whoever named it made a mistake, or was deceived
  if (answer.session.subject !== login.subject) return { refusal: refusedAs(pair, 'organisation_missing') };
  return { answer, isNew: false };
}

/** The first login of all starts it. What the client asked for goes with it only where it is less than the policy's. */
async function begun({ organisation }: Pair, login: EngineLogin): Promise<Joined> {
  const { subject, authenticatedAt, assuranceLevel, context, requested, attributes = {} } = login;
  const { absoluteTimeout: most } = organisation.policy().limits;
  const shorter = requested?.absoluteTimeout ?? most;
  const own = Object.fromEntries(
    [ISSUER, SID].flatMap((name) => (name in attributes ? [[name, attributes[name]]] : [])),
  );
  const started = await organisation.start({
    subject,
    attributes: own as NonNullable<EngineLogin['attributes']>,
    ...(authenticatedAt !== undefined && { authenticatedAt }),
    ...(assuranceLevel !== undefined && { assuranceLevel }),
    ...(context !== undefined && { context }),
    ...(shorter < most && { requested: { absoluteTimeout: shorter } }),
  });
  if (started.effect !== 'permit') return { refusal: started };
  return { answer: { ...started, refresh: null }, isNew: true };
}
