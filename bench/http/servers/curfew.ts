import { definePolicy } from 'curfew';
import { type Answer, createEngine } from 'curfew/engine';
import { redisStore } from 'curfew/stores/redis';
import { ABSOLUTE_TIMEOUT, IDLE_TIMEOUT, type ServerOptions } from './process.js';
import { connect } from './redis.js';

/** The activity of all sessions is written once in so many requests, whatever the time: 20 of each of 500 sessions. */
const REQUESTS_A_WRITE = 10_000;
const COOKIE = 'session=';

/** What a framework needs of the engine here. */
export interface Guard {
  /** The cookie of a new session. */
  login(subject: string, ip: string): Promise<string>;
  access(cookies: string | undefined, ip: string): Promise<Answer>;
}

/** An engine over Redis; with `cached` it serves from memory. */
export async function openGuard({ redisUrl, flags, atEnd }: ServerOptions): Promise<Guard> {
  const policy = definePolicy({
    id: 'bench',
    idleTimeout: IDLE_TIMEOUT,
    absoluteTimeout: ABSOLUTE_TIMEOUT,
    risk: [{ signal: 'ip_changed', then: 'challenge' }],
  });
  const store = redisStore(await connect(redisUrl));
  const engine = createEngine({ policy, store, cache: flags.includes('cached'), recordEvery: '5m' });
  let unwritten = 0;
  atEnd(async () => {
    if (unwritten < REQUESTS_A_WRITE) return;
    unwritten = 0;
    await engine.flush();
  });
  return {
    async login(subject, ip) {
      const answer = await engine.start({ subject, context: { ip } });
      if (answer.effect !== 'permit') throw new Error(`no session was started: ${answer.reasons[0]?.code}`);
      return `${COOKIE}${answer.handle}; Path=/; HttpOnly; SameSite=Lax`;
    },
    access(cookies, ip) {
      unwritten += 1;
      return engine.access(handleOf(cookies), { activity: 'user', context: { ip } });
    },
  };
}

/** The HTTP status that says what an answer says. */
export function statusOf({ effect }: Answer): number {
  if (effect === 'permit') return 200;
  if (effect === 'indeterminate') return 503;
  return effect === 'challenge' ? 403 : 401;
}

function handleOf(cookies = ''): string {
  const start = cookies.startsWith(COOKIE) ? 0 : cookies.indexOf(`; ${COOKIE}`) + 2;
  if (start === 1) return '';
  const end = cookies.indexOf(';', start);
  return cookies.slice(start + COOKIE.length, end < 0 ? undefined : end);
}
