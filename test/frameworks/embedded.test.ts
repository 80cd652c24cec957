import { createServer } from 'node:http';
import express, { type Request, type Response } from 'express';
import session from 'express-session';
import { getIronSession, type IronSession } from 'iron-session';
import { afterEach, describe, expect, it } from 'vitest';
import { type EmbeddedOptions, embeddedSessions } from '../../src/frameworks/embedded.js';
import { expressSessions } from '../../src/frameworks/express.js';
import { definePolicy, type Session } from '../../src/index.js';
import { aVisitor, PRESS, type Visitor } from '../../src/testing/framework-contract/visitor.js';
import { openWire } from '../../src/testing/framework-contract/wire.js';
import { manualClock } from '../../src/testing/index.js';
import { listening } from './apps/listening.js';

const MINUTE = 60_000;
const policy = definePolicy({
  id: 'embedded',
  idleTimeout: '15m',
  absoluteTimeout: '2h',
  operations: { pay: { assuranceLevel: 'aal2' }, read: {} },
});

interface Kept {
  curfew?: Session | null;
}
type Held = Request & { held: Kept & { save?(): Promise<void>; destroy?(): void } };
type Embedded = Pick<EmbeddedOptions<Held, 'pay' | 'read'>, 'read' | 'write' | 'ended'>;

/** With express-session the record is in a store of theirs, and the browser has its id. */
const WITH_EXPRESS_SESSION = {
  use: session({ secret: 'not a secret here', resave: false, saveUninitialized: false, name: 'theirs' }),
  read: (req) => (req as unknown as { session?: Kept }).session?.curfew,
  write(req, next) {
    const theirs = (req as unknown as { session: Kept & { destroy(done: () => void): void } }).session;
    if (next !== null) theirs.curfew = next;
    return next === null ? new Promise<void>((resolve) => theirs.destroy(resolve)) : undefined;
  },
} satisfies Embedded & { use: unknown };

/** With iron-session the record is the cookie, sealed. */
const WITH_IRON_SESSION = {
  async use(req: Request, res: Response, next: () => void) {
    const options = { password: 'at least thirty-two characters, so it says', cookieName: 'theirs' };
    (req as Held).held = (await getIronSession<Kept>(req, res, options)) as IronSession<Kept>;
    next();
  },
  read: (req) => req.held.curfew,
  async write({ held }, next) {
    if (next === null) return held.destroy?.();
    held.curfew = next;
    await held.save?.();
  },
} satisfies Embedded & { use: unknown };

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function aSite({ use, read, write, ended }: Embedded & { use: unknown }, slow = Promise.resolve()) {
  const clock = manualClock(1_700_000_000_000);
  const engine = embeddedSessions({ policy, clock, read, write, ...(ended && { ended }) });
  const sessions = expressSessions({ engine });
  const entered = once();
  const app = express();
  app.use(use as express.RequestHandler);
  app.use(sessions.endpoints({ reauthenticate: () => ({ assuranceLevel: 'aal2' }) }));
  app.post('/login', async (req, res) => {
    await sessions.of(req, res).start({ subject: 'alice' });
    res.json({});
  });
  app.get('/account', sessions.protect(), (req, res) => void res.json(sessions.of(req, res).session));
  app.get('/slow', sessions.protect(), async (_req, res) => {
    entered.tell();
    await slow;
    res.json({});
  });
  app.post('/switch', async (req, res) => {
    await sessions.of(req, res).end();
    res.json({ after: (await sessions.of(req, res).status()).state });
  });
  app.post('/pay', sessions.protect(), sessions.protect('pay'), (_req, res) => void res.json({}));
  app.post('/spoil', async (req, res) => {
    await write(req as Held, { subject: 'mallory' } as Session);
    res.json({});
  });
  app.post('/logout', async (req, res) => {
    await sessions.of(req, res).end();
    res.json({});
  });
  const listened = await listening(createServer(app));
  const wire = await openWire(listened.url);
  closing.push(() => wire.close(), listened.close);
  const visitor = () => aVisitor(wire);
  const status = async (one: Visitor, method: string, path: string) => (await one.send(method, path, PRESS)).status;
  return { clock, visitor, status, entered: entered.told };
}

/** Told once. */
function once() {
  let tell: () => void = () => undefined;
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return { tell: () => tell(), told };
}

describe.each([
  ['express-session', WITH_EXPRESS_SESSION],
  ['iron-session', WITH_IRON_SESSION],
] as const)('over %s', (_, theirs) => {
  it('the policy decides, and their cookie is the only one', async () => {
    const { clock, visitor, status } = await aSite(theirs);
    const alice = visitor();
    expect(await status(alice, 'GET', '/account')).toBe(401);
    expect(await status(alice, 'POST', '/login')).toBe(200);
    expect([...alice.cookies.keys()]).toEqual(['theirs']);
    for (const minutes of [14, 14, 14]) {
      clock.advance(minutes * MINUTE);
      const reply = await alice.send('GET', '/account', PRESS);
      expect([reply.status, reply.json()['subject']]).toEqual([200, 'alice']);
      expect(reply.header('curfew-session')).toContain('remaining-ms=900000');
    }
    clock.advance(15 * MINUTE);
    const late = await alice.send('GET', '/account', PRESS);
    expect([late.status, late.json()['code']]).toEqual([401, 'idle_timeout']);
    clock.advance(-MINUTE);
    expect((await alice.send('GET', '/account', PRESS)).json()['code']).toBe('idle_timeout');
  });

  it('the absolute limit holds for whoever is active', async () => {
    const { clock, visitor, status } = await aSite(theirs);
    const alice = visitor();
    await status(alice, 'POST', '/login');
    for (let minute = 10; minute < 120; minute += 10) {
      clock.advance(10 * MINUTE);
      expect(await status(alice, 'GET', '/account')).toBe(200);
    }
    clock.advance(10 * MINUTE);
    expect((await alice.send('GET', '/account', PRESS)).json()['code']).toBe('absolute_timeout');
  });

  it('a step-up is written into their record', async () => {
    const { visitor, status } = await aSite(theirs);
    const alice = visitor();
    await status(alice, 'POST', '/login');
    expect((await alice.send('POST', '/pay', PRESS)).json()['code']).toBe('assurance_too_low');
    expect(await status(alice, 'POST', '/session/reauthenticate')).toBe(200);
    expect(await status(alice, 'POST', '/pay')).toBe(200);
  });

  it('a logout removes their record, and a second login begins anew', async () => {
    const { visitor, status } = await aSite(theirs);
    const alice = visitor();
    await status(alice, 'POST', '/login');
    const first = (await alice.send('GET', '/account', PRESS)).json()['id'];
    const kept = new Map(alice.cookies);
    expect((await alice.send('POST', '/logout', PRESS)).header('clear-site-data')).toBe('"cache", "storage"');
    const gone = await alice.send('GET', '/account', PRESS);
    expect([gone.status, gone.json()['code']]).toEqual([401, 'credential_missing']);
    await status(alice, 'POST', '/login');
    await status(alice, 'POST', '/login');
    const second = (await alice.send('GET', '/account', PRESS)).json();
    expect(second['subject']).toBe('alice');
    expect(second['id']).not.toBe(first);
    expect(kept.size).toBe(1);
  });

  it('a record that is no session is 503, and a login mends it', async () => {
    const { visitor, status } = await aSite(theirs);
    const alice = visitor();
    await status(alice, 'POST', '/spoil');
    const reply = await alice.send('GET', '/account', PRESS);
    expect([reply.status, reply.json()['code']]).toEqual([503, 'store_record_invalid']);
    await status(alice, 'POST', '/login');
    expect(await status(alice, 'GET', '/account')).toBe(200);
  });

  it('what only a store could tell is not told', async () => {
    const { visitor, status } = await aSite(theirs);
    const alice = visitor();
    await status(alice, 'POST', '/login');
    for (const [method, path] of [
      ['GET', '/session/all'],
      ['POST', '/session/logout-everywhere'],
    ] as const) {
      const reply = await alice.send(method, path, PRESS);
      expect([reply.status, reply.json()['code']]).toEqual([503, 'not_supported']);
    }
    expect(await status(alice, 'GET', '/account')).toBe(200);
  });

  it('a record that is no session can be left by a logout', async () => {
    const { visitor, status } = await aSite(theirs);
    const alice = visitor();
    await status(alice, 'POST', '/spoil');
    const left = await alice.send('POST', '/session/logout', PRESS);
    expect([left.status, left.header('clear-site-data')]).toEqual([204, '"cache", "storage"']);
    expect((await alice.send('GET', '/account', PRESS)).json()['code']).toBe('credential_missing');
  });

  it('a poll writes nothing', async () => {
    const { clock, visitor, status } = await aSite(theirs);
    const alice = visitor();
    await status(alice, 'POST', '/login');
    clock.advance(MINUTE);
    const poll = await alice.send('GET', '/account', { 'curfew-activity': 'background' });
    expect(poll.all('set-cookie')).toEqual([]);
    expect(poll.header('curfew-session')).toContain('remaining-ms=840000');
  });
});

describe('a request that is on its way at a logout', () => {
  async function racing(ended: EmbeddedOptions<Held>['ended']) {
    const answer = once();
    const theirs = { ...WITH_EXPRESS_SESSION, ...(ended && { ended }) };
    const { clock, visitor, status, entered } = await aSite(theirs, answer.told);
    const alice = visitor();
    await status(alice, 'POST', '/login');
    clock.advance(MINUTE);
    const kept = new Map(alice.cookies);
    const slow = alice.send('GET', '/slow', PRESS);
    await entered;
    const other = visitor();
    for (const [name, value] of kept) other.cookies.set(name, value);
    expect(await status(other, 'POST', '/session/logout')).toBe(204);
    expect(await status(other, 'GET', '/account')).toBe(401);
    answer.tell();
    await slow;
    return status(other, 'GET', '/account');
  }

  it('brings the record back, with a store that saves it whole: as the page says', async () => {
    expect(await racing(undefined)).toBe(200);
  });

  it('does not where it is remembered which sessions have ended', async () => {
    const gone = new Map<string, number>();
    const ended = { add: (id: string, until: number) => void gone.set(id, until), has: (id: string) => gone.has(id) };
    expect(await racing(ended)).toBe(401);
    expect([...gone.values()]).toEqual([1_700_000_000_000 + 120 * MINUTE]);
  });
});

it('after a logout the same request can still be asked about', async () => {
  const { visitor, status } = await aSite(WITH_EXPRESS_SESSION);
  const alice = visitor();
  await status(alice, 'POST', '/login');
  expect((await alice.send('POST', '/switch', PRESS)).json()).toEqual({ after: 'ended' });
});

it('a read that fails is the app\u2019s to handle, and lets nobody in', async () => {
  const read = async () => Promise.reject(new Error('their store is away'));
  const { visitor, status } = await aSite({ use: WITH_EXPRESS_SESSION.use, read, write: () => undefined });
  expect(await status(visitor(), 'GET', '/account')).toBe(500);
});
