import { byId, type Engine } from 'curfew/engine';
import type { HttpRequest, RequestSession } from 'curfew/http';
import { checkPassword } from './accounts.js';
import { accountHints, policyFacts } from './console.js';
import { sessionFacts } from './facts.js';
import { json, problem, type Reply } from './node-http.js';
import { changesBetween, fieldProblems, PAY, PRESETS, policyOf, readFields } from './policy.js';
import { levelOf, type World } from './world.js';

/** A request to one of the demo's own routes. */
export interface Call {
  readonly world: World;
  readonly request: HttpRequest;
  readonly session: RequestSession;
  readonly body: () => Promise<unknown>;
}

type Route = (call: Call) => Promise<Reply>;

/** The bank is what a team would write; the console is what makes it a demo. */
export const ROUTES: Readonly<Record<string, Route>> = {
  'POST /login': login,
  'POST /bank/visit': visit,
  'POST /bank/pay': pay,
  'GET /bank/rate': rate,
  'GET /demo/facts': facts,
  'PUT /demo/policy': changePolicy,
  'POST /demo/risk': reportRisk,
};

const START = 12_500;
const PRICE = 500;

async function login({ session, body }: Call): Promise<Reply> {
  const { username, password, code } = ((await body()) ?? {}) as Record<string, unknown>;
  const account = checkPassword(username, password);
  const level = account === null ? null : levelOf(account.username, true, code);
  if (account === null || level === null)
    return problem(403, 'login_invalid', 'That name, password or code is not right.');
  const { username: subject, role } = account;
  const started = await session.start({ subject, assuranceLevel: level, attributes: { role } });
  if (started.effect === 'permit') return json({ subject });
  return problem(503, started.reasons[0]?.code ?? 'store_unavailable', 'No session could be started just now.');
}

/** Anything that a person does in the application. */
async function visit({ world, session }: Call): Promise<Reply> {
  const refusal = await session.protect();
  if (refusal !== null || session.session === null) return refusal as Reply;
  return json({ balance: balanceOf(world, session.session.subject) });
}

async function pay({ world, session }: Call): Promise<Reply> {
  const refusal = await session.protect(PAY);
  if (refusal !== null || session.session === null) return refusal as Reply;
  const { subject } = session.session;
  const balance = balanceOf(world, subject) - PRICE;
  world.balances.set(subject, balance < PRICE ? START : balance);
  return json({ paid: PRICE, balance });
}

/** What the page polls. */
async function rate(call: Call): Promise<Reply> {
  const refusal = await call.session.protect();
  if (refusal !== null) return refusal;
  const wave = Math.sin(call.world.engine.now() / 7_000) / 100;
  return json({ rate: (1.08 + wave).toFixed(4) });
}

function balanceOf({ balances }: World, subject: string): number {
  return balances.get(subject) ?? START;
}

/** The console: everything that is to be seen, by a look that renews nothing. */
async function facts({ world, session }: Call): Promise<Reply> {
  const { engine, store } = world;
  return json({
    now: engine.now(),
    store: store.name,
    policy: policyFacts(world),
    presets: PRESETS,
    accounts: accountHints(),
    session: await sessionFacts(engine, session),
  });
}

/** Swaps the policy for every session, the open ones too, or says what is wrong with it. */
async function changePolicy({ world, body }: Call): Promise<Reply> {
  const fields = readFields(await body());
  if (fields === null) return problem(400, 'fields_invalid', 'Send every field of the form as a text.');
  const problems = fieldProblems(fields);
  if (problems.length > 0) return problem(422, 'policy_invalid', 'This policy cannot be used.', { problems });
  const changes = changesBetween(world.fields, fields);
  world.engine.use({ policy: policyOf(fields) });
  world.fields = fields;
  logChange(world, changes);
  return json(policyFacts(world));
}

function logChange({ log, engine }: World, changes: readonly string[]): void {
  const said =
    changes.length === 0 ? 'Nothing has changed.' : `In force for every open session: ${changes.join(', ')}.`;
  log.add({
    ...{ at: engine.now(), kind: 'policy', type: 'policy', activity: null, operation: null, effect: 'applied' },
    ...{ codes: [], sentence: said, sessionId: null, subject: null, request: 'PUT /demo/policy', from: null },
    ...{ rules: [], limits: [], written: 'nothing', isOver: false },
  });
}

/** What a fraud service would report of somebody's session. */
async function reportRisk({ world, session, body }: Call): Promise<Reply> {
  const { level } = ((await body()) ?? {}) as Record<string, unknown>;
  const id = (await sessionFacts(world.engine, session))?.id;
  if (level !== 'medium' && level !== 'high') return problem(400, 'level_invalid', 'Send the level: medium or high.');
  if (id === undefined) return problem(404, 'session_missing', 'There is no session to report a risk of.');
  const engine: Engine = world.engine;
  const answer = await engine.signal(byId(id), { signal: 'risk_level', level });
  return json({ effect: answer.effect });
}
