import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { createEngine } from '../../src/engine/index.js';
import { httpSessions } from '../../src/http/index.js';
import { definePolicy } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { manualClock } from '../../src/testing/index.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Accounts</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>
<body><main><h1>Accounts</h1><p><label>Note <input id="note"></label></p></main>
<curfew-dialog kept="Your draft was kept on this device." sign-in="/login"></curfew-dialog>
<script type="module" src="/app.js"></script></body></html>`;
const APP = `import { watchSession } from './src/browser/index.js';
import { defineCurfewDialog } from './src/browser/element/index.js';
const session = watchSession();
const phases = [];
session.subscribe(() => { if (phases.at(-1) !== session.view.phase) phases.push(session.view.phase); });
Object.assign(window, { session, phases });
defineCurfewDialog();
document.querySelector('curfew-dialog').session = session;`;

/** A real server: an engine over memory, and a page that watches its session. Its time moves only when told to. */
export async function aLiveSite() {
  const clock = manualClock(1_800_000_000_000);
  const policy = definePolicy({ id: 'live', idleTimeout: '15m', absoluteTimeout: '20m', warnBefore: '2m' });
  const engine = createEngine({ policy, store: memoryStore(), clock });
  const sessions = httpSessions({ engine });
  const requests: string[] = [];
  const { outputFiles } = await build({
    stdin: { contents: APP, resolveDir: ROOT },
    tsconfigRaw: '{}',
    bundle: true,
    format: 'esm',
    write: false,
  });
  const script = outputFiles[0]?.text ?? '';
  const serve = async (message: IncomingMessage, response: ServerResponse) => {
    const { method = 'GET', url = '/', headers, socket } = message;
    const request = {
      method,
      url,
      header: (name: string) => headers[name],
      remoteAddress: socket.remoteAddress ?? null,
    };
    requests.push(`${method} ${url} ${headers['curfew-activity'] ?? ''}`.trim());
    const session = sessions.open(request, (name, value) => response.appendHeader(name, value));
    const answer = await sessions.answer({ request, session, body: async () => null });
    if (answer !== null) {
      for (const [name, value] of answer.headers) response.appendHeader(name, value);
      response.writeHead(answer.status).end(answer.body);
      return;
    }
    if (url === '/login') await session.start({ subject: 'alice' });
    const isScript = url === '/app.js';
    response.appendHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    const csp = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'";
    response.appendHeader('content-security-policy', csp);
    response.end(isScript ? script : PAGE);
  };
  const server = createServer((message, response) => void serve(message, response));
  await new Promise<void>((listening) => server.listen(0, () => listening()));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    clock,
    requests,
    close: () => new Promise((closed) => server.close(closed)),
  };
}
