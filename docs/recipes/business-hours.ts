/** A rule of one's own: sessions are good within the working day only. docs/rules.md explains it line by line. */
import { definePolicy, NEVER, type Rule } from 'curfew';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** UTC hours; JSON, so that the policy's fingerprint covers them. */
type BusinessHours = {
  readonly from: number;
  readonly to: number;
};

/** Permits requests from `from` to `to` o'clock UTC; outside, it refuses the request and ends nothing. */
export function businessHours(settings: BusinessHours): Rule<BusinessHours> {
  return {
    id: 'business_hours',
    version: 1,
    settings,
    limit: 'closing_time',
    evaluate({ now }, { from, to }) {
      if (from === 0 && to === 24) return NEVER;
      const midnight = Math.floor(now / DAY) * DAY;
      const opens = midnight + from * HOUR;
      const closes = midnight + to * HOUR;
      if (now >= opens && now < closes) return closes;
      return { effect: 'deny', code: 'outside_business_hours', since: now < opens ? closes - DAY : closes };
    },
  };
}

export const policy = definePolicy(
  { id: 'back-office', idleTimeout: '30m', absoluteTimeout: '12h' },
  { rules: [businessHours({ from: 8, to: 18 })] },
);
