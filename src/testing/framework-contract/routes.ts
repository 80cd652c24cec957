import type { HeaderLine, RequestSession } from '../../http/index.js';
import { definePolicy } from '../../policy/define.js';

/** The policy that every app of the contract goes by. */
export const CONTRACT_POLICY = definePolicy({
  id: 'framework-contract',
  idleTimeout: '15m',
  absoluteTimeout: '2h',
  warnBefore: '2m',
  conditions: [{ when: { attributes: { role: ['admin'] } }, idleTimeout: '5m' }],
  operations: {
    'account:read': {},
    'payment:create': { authenticatedWithin: '5m', assuranceLevel: 'aal2' },
    'report:export': { lease: '40m' },
  },
  risk: [
    { signal: 'ip_changed', then: 'challenge' },
    { signal: 'user_agent_changed', then: 'end' },
  ],
});

/** What the routes of the contract ask for. */
export type ContractOperation = 'account:read' | 'payment:create' | 'report:export';

/** What a route answers: copy it to your framework's response, with the framework's own means. */
export interface ContractResponse {
  readonly status: number;
  /** Lines to add. Two of them are cookies of the application's own. */
  readonly headers: readonly HeaderLine[];
  readonly body: string;
}

/** A route to mount. */
export interface ContractRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** An area that is protected as a whole, in whatever way the framework has for it: `/admin`. `null` for none. */
  readonly within: '/admin' | null;
  /** What the route itself asks for: nothing (`open`), a session, or a session that may do this. */
  readonly asks: 'nothing' | 'session' | ContractOperation;
  /** What the route does once the request was let in. */
  answer(session: RequestSession<ContractOperation>): Promise<ContractResponse>;
}

type Answer = ContractRoute['answer'];
type Asks = ContractRoute['asks'];

/** The application's own cookies: no adapter may lose them. */
export const OWN_COOKIES = ['theme=dark; Path=/', 'lang=en; Path=/'];

const OWN: readonly HeaderLine[] = OWN_COOKIES.map((value) => ['set-cookie', value] as const);

/** Every route; `ran` is told when one is reached. */
export function contractRoutes(ran: (path: string) => void): readonly ContractRoute[] {
  const route = (method: 'GET' | 'POST', path: string, asks: Asks, answer: Answer): ContractRoute => ({
    method,
    path,
    asks,
    within: path.startsWith('/admin/') ? '/admin' : null,
    answer(session) {
      ran(path);
      return answer(session);
    },
  });
  return [
    route('POST', '/login', 'nothing', (session) => login(session, 'alice')),
    route('POST', '/login-bob', 'nothing', (session) => login(session, 'bob')),
    route('GET', '/open', 'nothing', async (session) => said({ subject: (await session.load())?.subject ?? null })),
    route('GET', '/account', 'session', account),
    route('GET', '/poll', 'session', account),
    route('GET', '/read', 'account:read', account),
    route('POST', '/pay', 'payment:create', account),
    route('POST', '/export', 'report:export', account),
    route('GET', '/admin/report', 'nothing', account),
    route('POST', '/admin/pay', 'payment:create', account),
    route('GET', '/admin/at-once', 'session', atOnce),
    route('POST', '/promote', 'session', async (session) => {
      return said({ effect: (await session.changeAttributes({ role: 'admin' })).effect });
    }),
    route('POST', '/step-up', 'nothing', async (session) => {
      return said({ effect: (await session.reauthenticate({ assuranceLevel: 'aal2' })).effect });
    }),
    route('POST', '/logout', 'nothing', logout),
    route('POST', '/admin/logout', 'nothing', logout),
    route('POST', '/login-boom', 'nothing', async (session) => {
      await login(session, 'carol');
      throw new Error('planted in the route');
    }),
    route('GET', '/boom', 'session', async () => {
      throw new Error('planted in the route');
    }),
  ];
}

async function login(session: RequestSession, subject: string): Promise<ContractResponse> {
  const { effect } = await session.start({ subject });
  return said({ effect });
}

async function logout(session: RequestSession): Promise<ContractResponse> {
  return said({ effect: (await session.end())?.effect ?? null });
}

async function account({ session, activity, context }: RequestSession): Promise<ContractResponse> {
  return said({ subject: session?.subject ?? null, activity, ip: context.ip ?? null });
}

/** As the resolvers of one query would: side by side. */
async function atOnce(session: RequestSession<ContractOperation>): Promise<ContractResponse> {
  const asked = await Promise.all([session.protect('account:read'), session.load(), session.protect()]);
  return said({ allowed: asked[0] === null && asked[2] === null, subject: asked[1]?.subject ?? null });
}

function said(value: object): ContractResponse {
  return { status: 200, headers: [['content-type', 'application/json'], ...OWN], body: JSON.stringify(value) };
}
