import { answersTo, VECTORS } from './vectors.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 2026-01-01T00:00:00Z. */
const LOGIN = 1_767_225_600_000;

const DOCUMENT = {
  id: 'customer-web',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  warnBefore: '2m',
  networks: { office: ['203.0.113.0/24', '2001:db8::/32'] },
  conditions: [{ when: { network: 'office' }, idleTimeout: '30m', relax: true }],
};

/** What must hold in every runtime. Takes the package as an argument, so that each runtime loads it in its own way. */
export function suite(curfew, { test, assert }) {
  const policy = curfew.definePolicy(DOCUMENT);
  const login = (context = {}) => curfew.startSession(policy, { id: 's-1', subject: 'alice', at: LOGIN, context });
  const access = (after, activity = 'user') => ({ type: 'access', at: LOGIN + after, activity });
  const ask = (session, event) => curfew.evaluate(policy, session, event);

  for (const vector of VECTORS) {
    test(`answers the vector: ${vector.name}`, () => {
      assert.equal(answersTo(curfew, vector), [vector.session, ...vector.steps.map(({ decision }) => decision)]);
    });
  }

  test('permits before the idle deadline, and says when it is', () => {
    const { effect, until } = ask(login(), access(15 * MINUTE - 1, 'background'));
    assert.equal({ effect, until }, { effect: 'permit', until: LOGIN + 15 * MINUTE });
  });

  test('denies at the idle deadline', () => {
    const { effect, session, reasons } = ask(login(), access(15 * MINUTE));
    assert.equal([effect, reasons[0].code, session.ended.since], ['deny', 'idle_timeout', LOGIN + 15 * MINUTE]);
  });

  test('lets a user extend the idle deadline, and nothing in the background', () => {
    const user = ask(login(), access(MINUTE));
    const background = ask(login(), access(MINUTE, 'background'));
    assert.equal([user.until, background.until], [LOGIN + 16 * MINUTE, LOGIN + 15 * MINUTE]);
  });

  test('keeps the same session where nothing changed', () => {
    const session = login();
    assert.equal(ask(session, access(MINUTE, 'background')).session === session, true);
  });

  test('ends at the absolute deadline however busy the user is', () => {
    let session = login();
    for (let after = 10 * MINUTE; after < 8 * HOUR; after += 10 * MINUTE) session = ask(session, access(after)).session;
    const { effect, reasons } = ask(session, access(8 * HOUR));
    assert.equal([session.ended, effect, reasons[0].code], [null, 'deny', 'absolute_timeout']);
  });

  test('never revives a session that was revoked', () => {
    const revoked = ask(login(), { type: 'revoked', at: LOGIN + MINUTE, code: 'logout', by: 'user' }).session;
    const effects = [
      access(MINUTE),
      access(0),
      { type: 'reauthenticated', at: LOGIN + 2 * MINUTE, assuranceLevel: 'aal2' },
    ];
    assert.equal(
      [revoked.ended.code, ...effects.map((event) => ask(revoked, event).effect)],
      ['logout', 'deny', 'deny', 'deny'],
    );
  });

  test('reads addresses alike', () => {
    const untilFrom = (ip) => ask(login({ ip }), { ...access(MINUTE), context: { ip } }).until - LOGIN;
    const addresses = ['203.0.113.7', '::ffff:203.0.113.7', '2001:db8::1', '198.51.100.1'];
    assert.equal(
      addresses.map(untilFrom),
      [31, 31, 31, 16].map((minutes) => minutes * MINUTE),
    );
  });

  test('gives a policy the same fingerprint', () => {
    const { warnBefore, ...rest } = { ...DOCUMENT, idleTimeout: 900_000, absoluteTimeout: 'PT8H' };
    const spelled = curfew.definePolicy({ warnBefore, ...rest });
    assert.equal(policy.fingerprint, FINGERPRINT);
    assert.equal(spelled.fingerprint, FINGERPRINT);
  });

  test('reads a stored session back', () => {
    const session = login({ ip: '203.0.113.7', deviceId: 'd-1' });
    assert.equal(curfew.parseSession(JSON.parse(JSON.stringify(session))), session);
  });

  test('tells everything that is wrong with a policy', () => {
    const problems = curfew.policyProblems({ id: 'web', idleTimeout: 'soon', absoluteTimeout: -1 });
    assert.equal(problems.map(({ path }) => path).sort(), ['/absoluteTimeout', '/idleTimeout']);
  });
}

/** Of DOCUMENT, in every runtime and for good: stored sessions and logs carry it. */
const FINGERPRINT = '33a1711e64e4b4274d563849';
