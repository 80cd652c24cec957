import type { SessionEvent } from '../../core/event.js';
import { ASSURANCE_LEVELS, RISK_LEVELS } from '../../core/levels.js';
import type { RiskRule } from '../../core/policy.js';
import type { Context } from '../../core/session.js';
import type { Login } from '../../start-session.js';
import { accessAt, loginAt } from './attempts.js';
import type { Attempt, Pair } from './comparison.js';
import { limitAttempts } from './limit-attempts.js';
import type { Shift } from './limit-shifts.js';
import { ANYWHERE } from './places.js';

const HOUR = 3_600_000;
/** Of one degree of longitude on the equator. */
const KILOMETRES = 111;

const LOGINS: readonly Login[] = ASSURANCE_LEVELS.map((assuranceLevel) => ({ ...loginAt(ANYWHERE), assuranceLevel }));

/** What a request of another origin states in place of the login's. */
const FIELDS: Readonly<Record<string, readonly [one: Context, other: Context]>> = {
  ip_changed: [{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }],
  network_changed: [{ ip: '192.0.2.1' }, { ip: '198.51.100.1' }],
  device_changed: [{ deviceId: 'one' }, { deviceId: 'other' }],
  user_agent_changed: [{ userAgent: 'one' }, { userAgent: 'other' }],
  country_changed: [{ country: 'DE' }, { country: 'FR' }],
};

/** Sessions that may show that the answer to a signal is milder: the shortest first. */
export function signalAttempts(
  pair: Pair,
  { signal, before, after }: { signal: string; before: readonly RiskRule[]; after: readonly RiskRule[] },
  shifts: readonly Shift[],
): readonly Attempt[] {
  const faster = [...before, ...after].map(({ fasterThan }) => fasterThan);
  return [
    ...changing(signal),
    ...(signal === 'impossible_travel' ? faster.flatMap(travelling) : []),
    ...reporting(signal),
    ...shifts.flatMap((shift) => limitAttempts(pair, shift)),
  ];
}

/** The request states another value than the login, or none. */
function changing(signal: string): readonly Attempt[] {
  const fields = FIELDS[signal];
  if (fields === undefined) return [];
  const [one, other] = fields;
  const login = { ...loginAt(ANYWHERE), context: one };
  return [
    { login, events: [{ ...accessAt(1), context: other }] },
    { login, events: [accessAt(1)] },
  ];
}

/** Some way in the time that the speed needs for it: just not too fast. */
function travelling(speed: number): readonly Attempt[] {
  const place = (longitude: number): Context => ({ location: { latitude: 0, longitude } });
  const login = { ...loginAt(ANYWHERE), context: place(0) };
  const at = Math.ceil((KILOMETRES * HOUR) / speed);
  return [{ login, events: [{ ...accessAt(at), context: place(1) }] }];
}

/** Somebody reports the signal; the person may authenticate again; then there is a request. */
function reporting(signal: string): readonly Attempt[] {
  const timelines = RISK_LEVELS.flatMap((level) => {
    const report: SessionEvent = { type: 'signal', at: 1, signal, level };
    const proofs = ASSURANCE_LEVELS.map((assuranceLevel) => ({
      type: 'reauthenticated' as const,
      at: 2,
      assuranceLevel,
    }));
    return [
      [report, accessAt(2)],
      ...proofs.map((proof) => [report, proof]),
      ...proofs.map((proof) => [report, proof, accessAt(3)]),
    ];
  });
  const byLength = timelines.sort((a, b) => a.length - b.length);
  return byLength.flatMap((events) => LOGINS.map((login) => ({ login, events })));
}
