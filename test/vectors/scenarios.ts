import type { SessionEvent } from '../../src/core/event.js';
import type { VectorInput } from '../../src/testing/vectors.js';
import { m, poll, proof, refresh, signal, user } from '../laws/scene.js';
import { document, input } from './inputs.js';

const finished = (at: number, operation: string): SessionEvent => ({
  type: 'operation_finished',
  at: m(at),
  operation,
});
const revoked = (at: number, code: string): SessionEvent => ({ type: 'revoked', at: m(at), code });
const exactly = (at: number, activity: 'user' | 'background' = 'user'): SessionEvent => ({
  type: 'access',
  at,
  activity,
});

const idle = { idleTimeout: '15m' } as const;
const lock = { ...idle, onIdle: 'lock' } as const;

const limits: readonly VectorInput[] = [
  input('idle is half-open: one millisecond before it is fine', idle, [exactly(m(15) - 1), exactly(m(30) - 2)]),
  input('idle is half-open: at the deadline it is over', idle, [exactly(m(15))]),
  input('absolute is half-open', { absoluteTimeout: '20m' }, [exactly(m(20) - 1), exactly(m(20))]),
  input('background requests extend nothing and store nothing', idle, [poll(5), poll(14), poll(15)]),
  input('a warning comes before the end, never before now', { ...idle, warnBefore: '5m' }, [user(1), poll(12)]),
  input('the earlier limit binds, the first rule on a tie', { ...idle, absoluteTimeout: '30m' }, [
    user(10),
    user(15),
    user(20),
  ]),
  input('no limit at all', { absoluteTimeout: 'unlimited' }, [user(1), user(1_000_000)]),
  input('an end stays, whatever comes', idle, [user(20), proof(21), user(22), revoked(23, 'logout')]),
  input(
    'reauthentication becomes due, and resets what the policy says',
    { ...idle, reauthentication: { after: '20m' } },
    [user(10), user(20), proof(21), user(22)],
  ),
  input(
    'reauthentication resets absolute where the policy says so',
    {
      absoluteTimeout: '30m',
      reauthentication: { resets: ['absolute'] },
    },
    [proof(20), user(40), user(50)],
  ),
  input(
    'an earlier authentication counts, a later one is clamped',
    { reauthentication: { after: '60m' } },
    [user(10), user(20)],
    {
      authenticatedAt: 0,
      at: m(45),
      assuranceLevel: 'aal2',
    },
  ),
  input('requests are clamped and said to be', { ...idle, requestable: { absoluteTimeout: '30d' } }, [user(1)], {
    requested: { absoluteTimeout: m(90_000), idleTimeout: m(60) },
  }),
  input('a request for less is granted', idle, [user(1), user(6)], { requested: { idleTimeout: m(5) } }),
  input('a revocation may be of any age', idle, [user(10), revoked(5, 'account_disabled'), user(11)]),
];

const locking: readonly VectorInput[] = [
  input('locked until a newer reauthentication', lock, [user(20), poll(21), proof(0), proof(22), user(23)]),
  input('what lapsed under end is not unlocked by lock', idle, [document(lock), proof(21)]),
  input('end beats lock from the moment that it is said', lock, [document(idle), poll(5), document(lock), user(20)]),
  input('absolute ends even what is locked', { ...lock, absoluteTimeout: '60m' }, [user(20), proof(60)]),
];

const changes: readonly VectorInput[] = [
  input('a tighter policy holds at once, since when it would have ended', idle, [
    poll(9),
    document({ idleTimeout: '5m' }),
    poll(10),
  ]),
  input('a looser idle reaches a session at its next activity', idle, [
    document({ idleTimeout: '30m' }),
    poll(1),
    user(10),
    user(39),
  ]),
  input('a looser absolute reaches no living session', { absoluteTimeout: '20m' }, [document({}), user(19), user(20)]),
  input('a policy that decided nothing leaves no trace', idle, [
    document({ idleTimeout: '1m' }),
    document(idle),
    poll(12),
  ]),
];

const time: readonly VectorInput[] = [
  input('a late event does not revive', idle, [user(20), user(10)]),
  input('a late event moves idle to its own time plus the limit', { ...idle, clockLeeway: '5m' }, [
    signal(12, 'noted'),
    user(10),
    user(25),
  ]),
  input('a clock that is behind gets no verdict', idle, [
    user(10),
    exactly(m(10) - 5_001),
    exactly(m(10) - 5_000),
    refresh(1, 0),
    proof(1),
  ]),
  input(
    'an old signal counts, an old report of attributes does not',
    { ...idle, risk: [{ signal: 'noted', then: 'observe' }] },
    [
      { type: 'attributes_changed', at: m(5), attributes: { role: 'admin' } },
      { type: 'attributes_changed', at: m(4), attributes: { role: 'user' } },
      signal(3, 'noted', 'low'),
      signal(2, 'noted', 'low'),
    ],
  ),
  input(
    'a superseded request says nothing of its surroundings',
    {
      ...idle,
      clockLeeway: '4m',
      conditions: [{ when: { attention: 'hidden' }, idleTimeout: '5m' }],
    },
    [user(10), user(8, { attention: 'hidden', context: { ip: '192.0.2.1' } }), poll(11, { attention: 'hidden' })],
  ),
];

export { changes, exactly, finished, idle, limits, locking, time };
