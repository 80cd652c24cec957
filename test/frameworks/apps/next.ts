import { createServer } from 'node:http';
import next from 'next';
import { nextSessions } from '../../../src/frameworks/next.js';
import { aVisitor, CLICK, PRESS } from '../../../src/testing/framework-contract/visitor.js';
import { openWire } from '../../../src/testing/framework-contract/wire.js';
import { type FrameworkApp, type FrameworkSetup, frameworkContract } from '../../../src/testing/framework-contract.js';
import { routesOf } from './fetch.js';
import { listening } from './listening.js';
import { APP, HANDLERS } from './next-files.js';

// Run by itself, by test/frameworks/next.test.ts: Next wants a process of its own.

// its types say that a default export has a default export
const served = (next as unknown as typeof next.default)({ dev: false, dir: APP, quiet: true });
await served.prepare();
const handle = served.getRequestHandler();

async function makeApp(setup: FrameworkSetup): Promise<FrameworkApp> {
  const sessions = nextSessions(setup.options);
  const endpoints = sessions.endpoints(setup.endpoints);
  const routed = routesOf(setup, sessions);
  const route = async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (/^\/session(?:\/|$)/.test(pathname)) return endpoints[request.method as keyof typeof endpoints](request);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    return routed.get(`${method} ${pathname}`)?.(request) ?? new Response(null, { status: 404 });
  };
  const proxy = (request: Request, goOn: () => Response) => {
    if (new URL(request.url).pathname === '/proxied') return sessions.proxy(goOn)(request);
    const response = goOn();
    response.headers.append('set-cookie', 'app=1; Path=/');
    return response;
  };
  const redirecting = (request: Request, redirect: (to: string) => never) =>
    sessions.open(async (_request: Request, session) => {
      await session.start({ subject: 'alice' });
      return redirect('/account');
    })(request);
  const handlers = { route, proxy, redirecting, load: sessions.load };
  Object.assign(globalThis, { [HANDLERS]: handlers });
  return listening(createServer((req, res) => void handle(req, res)));
}

const without = {
  remoteAddress: 'Next tells nobody who is at the other end',
  repeatedHeaders: 'Next sees what Node keeps of them, which is the first',
};
const complaints: Record<string, string | null> = {};
for (const { name, run } of frameworkContract({ makeApp, without })) {
  complaints[name] = await run().then(
    () => null,
    (error: Error) => error.message,
  );
}

/** What a server component sees, and what a proxy lets through. */
async function elsewhere() {
  let seen: unknown[] = [];
  const [first] = frameworkContract({
    makeApp: async (setup) => {
      const app = await makeApp(setup);
      const wire = await openWire(app.url);
      const visitor = aVisitor(wire);
      const stranger = [await visitor.send('GET', '/', CLICK), await visitor.send('GET', '/proxied', CLICK)];
      await visitor.send('POST', '/login', PRESS);
      const known = [await visitor.send('GET', '/', CLICK), await visitor.send('GET', '/proxied', PRESS)];
      visitor.cookies.clear();
      const redirected = [await visitor.send('POST', '/redirecting', PRESS), await visitor.send('GET', '/', CLICK)];
      seen = [...stranger, ...known, ...redirected].map(({ status, header, body }) => ({
        status,
        who: /alice|nobody/.exec(body)?.[0] ?? null,
        location: header('location'),
        hasStatus: header('curfew-session') !== null,
      }));
      wire.close();
      return app;
    },
  });
  await first?.run();
  return seen;
}

process.stdout.write(`\n${JSON.stringify({ complaints, elsewhere: await elsewhere() })}\n`);
process.exit(0);
