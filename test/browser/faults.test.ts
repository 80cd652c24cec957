import { describe, expect, it } from 'vitest';
import { type BrowserHost, watchSession } from '../../src/browser/index.js';
import { aMachine, aStatus, ENDED, MINUTE, withHeader } from './support.js';

type Answer = (path: string, method: string) => Response | Promise<Response> | null;

/** A tab whose requests `answer` may answer; the machine's server answers the rest. */
async function aTab(answer: Answer = () => null, changes: Partial<BrowserHost> = {}, machine = aMachine()) {
  const { host, does } = machine.tab();
  const fetch: BrowserHost['fetch'] = async (input, init) => {
    const path = input instanceof Request ? new URL(input.url).pathname : String(input);
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
    return (await answer(path, method)) ?? host.fetch(input, init);
  };
  const session = watchSession({ host: { ...host, fetch, ...changes } });
  await machine.passes(1_000);
  const get = (path: string) => session.fetch(`https://app.example${path}`, { background: true });
  const wait = (milliseconds: number) => new Promise<void>((done) => host.timers.after(milliseconds, done));
  return { machine, session, does, get, wait, asked: () => machine.server.asked.length };
}

describe('a subscriber that throws', () => {
  it('is reported, and stops neither the watch nor the other subscribers', async () => {
    const machine = aMachine();
    const session = watchSession({ host: machine.tab().host });
    const heard: string[] = [];
    const reported: unknown[] = [];
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', (error) => reported.push(error));
    session.subscribe(() => {
      throw new Error('a bug in a subscriber');
    });
    session.subscribe(() => heard.push(session.view.phase));
    await machine.passes(1_000);
    machine.server.endedAs = 'revoked';
    await machine.passes(6 * MINUTE);
    const { code } = await session.refresh();
    await new Promise(setImmediate);
    process.removeAllListeners('unhandledRejection');
    for (const other of others) process.on('unhandledRejection', other);
    expect(String(reported[0])).toContain('a bug in a subscriber');
    expect(heard.at(-1)).toBe('ended');
    expect(code).toBe('revoked');
  });
});

describe('a sandboxed document', () => {
  const refuse = () => {
    throw new DOMException('denied in this context', 'SecurityError');
  };

  it.each([
    ['locks', { locks: { request: async () => refuse() } }],
    ['locks at once', { locks: { request: refuse } }],
    ['channels', { openChannel: refuse }],
  ])('that is refused %s asks for itself', async (_name, changes) => {
    const { machine, session } = await aTab(undefined, changes);
    expect(session.view.phase).toBe('active');
    machine.server.endedAs = 'logout';
    expect((await session.refresh()).phase).toBe('ended');
  });
});

describe('an answer from a cache', () => {
  it('adds no time', async () => {
    const kept = withHeader(aStatus({ at: 0 }));
    const { machine, session, get } = await aTab((path) => (path === '/rates' ? kept.clone() : null));
    await machine.passes(5 * MINUTE);
    const before = session.read().remainingMs;
    await get('/rates');
    expect(session.read().remainingMs).toBe(before);
  });

  it('takes effect where it is newer than all that is known', async () => {
    const { machine, session, get } = await aTab((path) => {
      if (path !== '/order') return null;
      machine.server.lastActivity = 4 * MINUTE;
      return withHeader(machine.status());
    });
    await machine.passes(4 * MINUTE);
    await get('/order');
    expect(session.read().remainingMs).toBe(15 * MINUTE - 1_000);
  });

  it.each([
    ['from before the end', 0],
    ['of a server whose clock is ahead', 90 * MINUTE],
  ])('%s revives no ended page, here or in another tab', async (_name, at) => {
    const machine = aMachine();
    const kept = withHeader(aStatus({ at }));
    const { session, get } = await aTab((path) => (path === '/rates' ? kept.clone() : null), {}, machine);
    const other = watchSession({ host: machine.tab().host });
    await machine.passes(1_000);
    machine.server.endedAs = 'revoked';
    await session.refresh();
    const seen: string[] = [];
    for (const one of [session, other]) one.subscribe(() => seen.push(one.view.phase));
    await get('/rates');
    await machine.passes(MINUTE);
    expect([session.view.phase, other.view.phase]).toEqual(['ended', 'ended']);
    expect(seen).not.toContain('active');
  });

  it('from before the first answer says nothing', async () => {
    const machine = aMachine();
    machine.server.isDown = true;
    const { session, get } = await aTab((path) => (path === '/rates' ? withHeader(aStatus()) : null), {}, machine);
    await get('/rates');
    expect(session.view.phase).toBe('unknown');
  });
});

describe('a redirect', () => {
  const from = (url: string, response: Response) => Object.defineProperty(response, 'url', { value: url });

  it.each([
    ['https://other.example/', ENDED],
    ['https://other.example/', aStatus({ remainingMs: 86_400_000, at: 1e12 })],
  ])('to %s: what is said there is not believed', async (url, status) => {
    const { session, get, machine } = await aTab((path) => (path === '/go' ? from(url, withHeader(status)) : null));
    const { length } = machine.server.asked;
    await get('/go');
    await machine.passes(1_000);
    expect(session.view).toMatchObject({ phase: 'active' });
    expect(session.read().remainingMs).toBe(15 * MINUTE - 2_000);
    expect(machine.server.asked).toHaveLength(length);
  });

  it('within this origin is', async () => {
    const said = () => from('https://app.example/new', withHeader(aStatus({ remainingMs: 5 * MINUTE, at: 1e12 })));
    const { session, get } = await aTab((path) => (path === '/go' ? said() : null));
    await get('/go');
    expect(session.read().remainingMs).toBe(5 * MINUTE);
  });
});

describe('why it ended', () => {
  it.each(['session_missing', 'credential_missing'])('is not lost to %s', async (code) => {
    let isGone = false;
    const gone = () => Response.json({ ...ENDED, code, at: 1e12 });
    const { session, does, machine } = await aTab((_path, method) => (isGone && method === 'GET' ? gone() : null));
    await session.signOut();
    isGone = true;
    await machine.passes(MINUTE);
    does('wake');
    await machine.passes(1_000);
    expect((await session.refresh()).code).toBe('logout');
  });

  it('is what the server says where nothing is known', async () => {
    const gone = () => Response.json({ ...ENDED, code: 'session_missing' });
    const { session } = await aTab(gone);
    expect(session.view).toMatchObject({ phase: 'ended', code: 'session_missing' });
  });
});

describe('a login', () => {
  it('is seen, though an answer from before it comes in between', async () => {
    const machine = aMachine();
    const late = async (milliseconds: number, response: Response) => {
      await tab.wait(milliseconds);
      return response;
    };
    const tab = await aTab(
      (path) => {
        if (path === '/facts') return late(200, withHeader(machine.status()));
        if (path !== '/login') return null;
        machine.server.endedAs = null;
        return late(250, withHeader(machine.status()));
      },
      {},
      machine,
    );
    machine.server.endedAs = 'revoked';
    await tab.session.refresh();
    const poll = tab.get('/facts');
    await machine.passes(50);
    const login = tab.get('/login');
    await machine.passes(2_000);
    await Promise.all([poll, login]);
    expect(tab.session.view.phase).toBe('active');
  });

  it('elsewhere is seen by whoever comes back to a page that had ended', async () => {
    const { machine, session, does } = await aTab();
    machine.server.endedAs = 'revoked';
    await session.refresh();
    await machine.passes(MINUTE);
    machine.server.endedAs = null;
    does('wake');
    await machine.passes(1);
    expect(session.view.phase).toBe('active');
  });
});

describe('another session in place of the one that was watched', () => {
  it('is told as an end before it is told, in this tab and by what another one hears', async () => {
    const machine = aMachine();
    const { session } = await aTab(undefined, {}, machine);
    const other = watchSession({ host: machine.tab().host });
    await machine.passes(1_000);
    const seen = [session, other].map((one) => {
      const phases: string[] = [];
      one.subscribe(() => phases.push(`${one.view.phase} ${one.view.code}`));
      return phases;
    });
    machine.server.tag = 's2';
    const newcomer = watchSession({ host: machine.tab().host });
    const calm: string[] = [];
    newcomer.subscribe(() => calm.push(newcomer.view.phase));
    await machine.passes(5_000);
    for (const phases of seen) {
      expect(phases[0]).toBe('ended session_replaced');
      expect(phases.at(-1)).toBe('active null');
    }
    expect(new Set(calm)).toEqual(new Set(['active']));
  });

  it('is noticed by the answer to a request', async () => {
    const { machine, session, get } = await aTab((path) => (path === '/data' ? withHeader(machine.status()) : null));
    machine.server.tag = 's2';
    await get('/data');
    await machine.passes(1);
    expect(session.view).toMatchObject({ phase: 'ended', code: 'session_replaced' });
  });
});

describe('an idle time that gets shorter', () => {
  it.each([
    [8 * 60 * MINUTE, 15 * MINUTE, 5_000],
    [3 * 60 * MINUTE, 20 * MINUTE, 5_000],
  ])('from %d to %d ms does not end a busy session', async (before, after, every) => {
    const machine = aMachine(before, 100 * 60 * MINUTE);
    const { session, does } = await aTab(undefined, {}, machine);
    const type = async (milliseconds: number) => {
      for (let passed = 0; passed < milliseconds; passed += every) {
        await machine.passes(every);
        does('input');
      }
    };
    await type(5 * MINUTE);
    machine.server.idle = after;
    const seen: string[] = [];
    session.subscribe(() => seen.push(session.view.phase));
    await type(90 * MINUTE);
    expect(new Set(seen)).toEqual(new Set(['active']));
  });
});

describe('how often a page asks', () => {
  it.each([
    ['ended', 200],
    ['down', 503],
  ])('is not for its requests to say: %s', async (_name, status) => {
    let isOver = false;
    const answer = (path: string) => {
      if (path === '/poll') return new Response('', { status: 401 });
      return isOver && status === 503 ? new Response('', { status }) : null;
    };
    let questions = 0;
    const { machine, get } = await aTab((path) => {
      if (path === '/session') questions++;
      return answer(path);
    });
    machine.server.endedAs = 'logout';
    isOver = true;
    questions = 0;
    for (let poll = 0; poll < 100; poll++) {
      await get('/poll');
      await machine.passes(10);
    }
    expect(questions).toBeGreaterThan(0);
    expect(questions).toBeLessThanOrEqual(2);
  });
});

describe('what another tab says', () => {
  it.each([
    ['unknown', { state: 'unknown' as const, remainingMs: 0 }],
    ['time without end', { remainingMs: Number.POSITIVE_INFINITY, warnInMs: Number.POSITIVE_INFINITY }],
  ])('is not taken: %s', async (_name, changes) => {
    const { machine, session } = await aTab();
    const channel = machine.tab().host.openChannel('curfew:/session');
    channel.postMessage({ status: aStatus(changes), age: 0, saidAt: 1_000 });
    expect(session.read()).toMatchObject({ phase: 'active', remainingMs: 15 * MINUTE - 1_000 });
  });
});
