import type { Context } from '../../src/core/session.js';
import type { VectorInput } from '../../src/testing/vectors.js';
import { m, poll, proof, refresh, signal, user } from '../laws/scene.js';
import { input } from './inputs.js';
import { finished, idle } from './scenarios.js';

const networks = { office: ['203.0.113.0/24', '2001:db8::/32'], lab: ['203.0.113.0/28'] };
const from = (context: Context) => ({ context });
const [BERLIN, SYDNEY] = [
  { latitude: 52.52, longitude: 13.405 },
  { latitude: -33.8688, longitude: 151.2093 },
];
const everySignal = [
  'ip_changed',
  'network_changed',
  'device_changed',
  'user_agent_changed',
  'country_changed',
  'impossible_travel',
];

const conditions: readonly VectorInput[] = [
  input(
    'every matching condition tightens',
    {
      ...idle,
      conditions: [
        { when: { attributes: { role: ['admin'] } }, idleTimeout: '10m', absoluteTimeout: '4h' },
        { when: { attributes: { role: ['admin', 'auditor'], trusted: [false] } }, idleTimeout: '7m' },
      ],
    },
    [
      user(1),
      { type: 'attributes_changed', at: m(2), attributes: { role: ['user', 'auditor'], trusted: true } },
      user(3),
    ],
    {
      attributes: { role: 'admin', trusted: false },
    },
  ),
  input(
    'the strictest matching relaxation replaces the base, and all else tightens',
    {
      ...idle,
      networks,
      conditions: [
        { when: { network: 'office' }, idleTimeout: '60m', relax: true },
        { when: { network: 'lab' }, idleTimeout: '30m', relax: true },
        { when: { attention: 'hidden' }, idleTimeout: '20m' },
      ],
    },
    [poll(20), poll(21, { attention: 'locked' })],
    { context: { ip: '203.0.113.7' } },
  ),
  input(
    'leaving a relaxing network applies the base from the last activity',
    {
      ...idle,
      networks,
      conditions: [{ when: { network: ['office'] }, idleTimeout: '30m', relax: true }],
    },
    [poll(20), poll(21, from({ ip: '198.51.100.1' }))],
    { context: { ip: '::ffff:203.0.113.7' } },
  ),
  input(
    'hidden lowers until the next activity, and visible lifts nothing',
    {
      ...idle,
      conditions: [
        { when: { attention: 'hidden' }, idleTimeout: '5m' },
        { when: { attention: 'locked' }, idleTimeout: '2m' },
      ],
    },
    [
      poll(1, { attention: 'hidden' }),
      poll(2, { attention: 'visible' }),
      user(3),
      poll(4, { attention: 'locked' }),
      poll(5),
    ],
  ),
  input('an address is read strictly', { networks, conditions: [{ when: { network: 'office' }, idleTimeout: '5m' }] }, [
    poll(1, from({ ip: '203.0.113.07' })),
    poll(2, from({ ip: ' 203.0.113.7' })),
    poll(3, from({ ip: '2001:db8::1%eth0' })),
    poll(4, from({ ip: '2001:DB8:0:0:0:0:0.0.0.1' })),
  ]),
];

const risk: readonly VectorInput[] = [
  input(
    'each comparison is made with the login',
    {
      networks,
      risk: everySignal.map((name) => ({ signal: name, then: 'observe' as const })),
    },
    [
      user(1, from({ ip: '::ffff:203.0.113.7', country: 'DE' })),
      user(2, from({ ip: '203.0.113.250' })),
      user(3, from({ ip: '192.0.2.1', deviceId: 'd2', userAgent: 'ua2', country: 'FR', location: SYDNEY })),
      proof(4, 'aal1', { ip: '192.0.2.1' }),
      user(5, from({ ip: '192.0.2.77' })),
    ],
    { context: { ip: '203.0.113.7', deviceId: 'd1', userAgent: 'ua1', country: 'DE', location: BERLIN } },
  ),
  input(
    'a challenge stays until a newer reauthentication',
    { ...idle, risk: [{ signal: 'noted', then: 'challenge' }] },
    [signal(1, 'noted'), user(2), proof(1), proof(3), user(4), signal(2, 'noted')],
  ),
  input(
    'a challenge for a level is lifted by that level only',
    {
      risk: [{ signal: 'noted', then: { challenge: { assuranceLevel: 'aal2' } } }],
    },
    [signal(1, 'noted', 'low'), proof(2, 'aal1'), proof(3, 'aal3'), user(4)],
  ),
  input(
    'tightening from a level on',
    {
      ...idle,
      risk: [
        { signal: 'risk_level', atLeast: 'medium', then: { tighten: { idleTimeout: '2m', absoluteTimeout: '1h' } } },
      ],
    },
    [signal(1, 'risk_level', 'low'), signal(1, 'risk_level', 'medium'), signal(1.5, 'risk_level', 'low'), poll(2)],
  ),
  input('an end by risk, since the signal', { risk: [{ signal: 'noted', then: 'end' }] }, [
    user(5),
    signal(2, 'noted'),
    user(6),
  ]),
  input(
    'a missing field is a change where the rule says so',
    {
      risk: [{ signal: 'device_changed', then: 'end', missing: 'changed' }],
    },
    [user(1, from({ deviceId: 'd1' })), proof(2)],
    { context: { deviceId: 'd1' } },
  ),
  input(
    'reasons come strictest first',
    {
      ...idle,
      absoluteTimeout: '20m',
      operations: { pay: { authenticatedWithin: '5m', assuranceLevel: 'aal2' } },
      risk: [
        { signal: 'noted', then: 'observe' },
        { signal: 'seen', then: 'challenge' },
      ],
    },
    [signal(1, 'noted'), signal(2, 'seen'), user(30, { operation: 'pay' })],
  ),
];

const lease = { ...idle, operations: { export: { lease: '30m' } } } as const;
const exporting = user(1, { operation: 'export' });

const operations: readonly VectorInput[] = [
  input('an operation wants a recent proof', { ...idle, operations: { pay: { authenticatedWithin: '5m' } } }, [
    user(4, { operation: 'pay' }),
    user(14, { operation: 'pay' }),
    proof(15),
    user(16, { operation: 'pay' }),
  ]),
  input(
    'an operation wants that level',
    { operations: { pay: { authenticatedWithin: '5m', assuranceLevel: 'aal2' } } },
    [
      user(1, { operation: 'pay' }),
      proof(2, 'aal2'),
      user(3, { operation: 'pay' }),
      proof(8, 'aal1'),
      user(9, { operation: 'pay' }),
    ],
  ),
  input('an unknown operation is denied and ends nothing', { ...idle, operations: { pay: {} } }, [
    user(1, { operation: '__proto__' }),
    user(2, { operation: 'paymnt' }),
    user(3, { operation: 'pay' }),
  ]),
  input('a lease holds idle off, and only people open one', lease, [
    poll(1, { operation: 'export' }),
    exporting,
    poll(20),
    poll(31),
  ]),
  input('a lease ends with its operation', lease, [exporting, finished(5, 'other'), finished(6, 'export'), poll(16)]),
  input('an operation that finishes after idle ends the session', lease, [exporting, finished(20, 'export')]),
  input('a lease is void once there is danger', { ...lease, risk: [{ signal: 'noted', then: 'challenge' }] }, [
    exporting,
    signal(2, 'noted'),
    proof(3),
    user(4),
  ]),
];

const tokens: readonly VectorInput[] = [
  input('one rotation a grace, and the same successor within it', { tokens: { refreshGrace: '10s' } }, [
    refresh(1, 0),
    refresh(1.1, 0),
    refresh(1.1, 1),
    refresh(2, 1),
    refresh(2, 7),
  ]),
  input('reuse ends the session', { tokens: { refreshGrace: '10s' } }, [refresh(1, 0), refresh(2, 0), refresh(3, 1)]),
  input('a refresh outlives no idle deadline', idle, [refresh(5, 0), refresh(14, 1), refresh(15, 2)]),
  input('a generation rotates only if all permit', { risk: [{ signal: 'noted', then: 'challenge' }] }, [
    signal(1, 'noted'),
    refresh(2, 0),
  ]),
];

const invalid: readonly VectorInput[] = [
  input('what is no event is refused and changes nothing', idle, [
    { type: 'access', at: 0.5, activity: 'user' },
    { type: 'access', at: m(1), activity: 'robot' as 'user' },
    { type: 'signal', at: m(1), signal: 'Not Snake' },
    { type: 'token_refreshed', at: m(1), generation: -1 },
    { type: 'revoked', at: m(1), code: '' },
    { type: 'access', at: m(1), activity: 'user', context: { ip: 5 as unknown as string } },
  ]),
];

export { conditions, invalid, operations, risk, tokens };
