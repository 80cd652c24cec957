import type { Engine } from 'curfew/engine';
import { nextSessions } from 'curfew/frameworks/next';
import { type NextRequest, NextResponse } from 'next/server.js';

/** Stands for your own check of a password. */
const isRight = (body: unknown) => (body as { password?: unknown } | null)?.password === 'correct';

/** The files of a Next app, one after the other. */
export function makeApp(engine: Engine<'payment:create'>) {
  // lib/sessions.ts
  const sessions = nextSessions({ engine, pages: { signIn: '/login' } });

  // app/session/[[...path]]/route.ts: export const { GET, HEAD, POST, PUT, PATCH, DELETE } = endpoints
  const endpoints = sessions.endpoints({
    reauthenticate: ({ body }) => (isRight(body) ? { assuranceLevel: 'aal2' } : null),
  });

  // app/login/route.ts: export const POST = login
  const login = sessions.open(async (request: NextRequest, session) => {
    if (!isRight(await request.json())) return new Response(null, { status: 403 });
    const { effect } = await session.start({ subject: 'alice' });
    return new Response(null, { status: effect === 'permit' ? 204 : 503 });
  });

  // app/account/route.ts: export const GET = account
  const account = sessions.protect(async (_request: NextRequest, { session }) => {
    return Response.json({ subject: session.subject });
  });

  // app/admin/pay/route.ts: export const POST = pay
  const pay = sessions.protect(async (_request: NextRequest) => Response.json({ paid: true }), 'payment:create');

  // proxy.ts: export { proxy }, and export const config = { matcher: '/admin/:path*' }
  const proxy = sessions.proxy((_request: NextRequest) => NextResponse.next());

  // app/page.tsx, a server component: const session = await whoIsIt(await headers())
  const whoIsIt = (headers: Headers) => sessions.load(headers);

  return { endpoints, login, account, pay, proxy, whoIsIt };
}
