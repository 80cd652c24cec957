import type { Engine } from 'curfew/engine';
import { fetchSessions } from 'curfew/frameworks/fetch';

/** Stands for your own check of a password. */
const isRight = (body: unknown) => (body as { password?: unknown } | null)?.password === 'correct';

/** What the runtime hands over beside the request; this is Deno's. */
interface Info {
  readonly remoteAddr: { readonly hostname: string };
}

/** A handler for `Deno.serve`, `Bun.serve`, a Worker's `fetch`. */
export function makeApp(engine: Engine<'payment:create'>) {
  const sessions = fetchSessions({
    engine,
    pages: { signIn: '/login' },
    remoteAddress: (_request, info: Info) => info.remoteAddr.hostname,
  });
  const endpoints = sessions.endpoints({
    reauthenticate: ({ body }) => (isRight(body) ? { assuranceLevel: 'aal2' } : null),
  });
  const login = sessions.open(async (request: Request, session, _info: Info) => {
    if (!isRight(await request.json())) return new Response(null, { status: 403 });
    const { effect } = await session.start({ subject: 'alice' });
    return new Response(null, { status: effect === 'permit' ? 204 : 503 });
  });
  const account = sessions.protect(async (_request: Request, { session }, _info: Info) => {
    return Response.json({ subject: session.subject });
  });
  const pay = sessions.protect(async (_request: Request, _session, _info: Info) => {
    return Response.json({ paid: true });
  }, 'payment:create');

  return async (request: Request, info: Info): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname === '/login') return login(request, info);
    if (pathname === '/account') return account(request, info);
    if (pathname === '/admin/pay') return pay(request, info);
    return (await endpoints(request, info)) ?? new Response(null, { status: 404 });
  };
}
