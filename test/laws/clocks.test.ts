import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../../src/core/decision.js';
import type { SessionEvent } from '../../src/core/event.js';
import type { Policy } from '../../src/core/policy.js';
import type { Session } from '../../src/core/session.js';
import { evaluate } from '../../src/evaluate.js';
import { definePolicy } from '../../src/policy/define.js';
import { startSession } from '../../src/start-session.js';
import {
  backwardsClock,
  type ClockShape,
  type ClockShapeOptions,
  driftingClock,
  jumpingClock,
  steppingClock,
} from '../../src/testing/manual-clock.js';
import { holds, TIMEOUT } from './support.js';

const MINUTE = 60_000;
const START = 1_000 * MINUTE;
const IDLE = 15 * MINUTE;
const ABSOLUTE = 60 * MINUTE;
const AFTER = 25 * MINUTE;
const LEEWAY = 2 * MINUTE;

const policy: Policy = definePolicy({
  id: 'clocks',
  idleTimeout: '15m',
  absoluteTimeout: '60m',
  clockLeeway: '2m',
  reauthentication: { after: '25m' },
});

/** All that a person needs to remember to foretell every answer. */
interface Model {
  looks: number;
  readonly clock: ClockShape;
  user: number;
  proof: number;
  recorded: number;
  isOver: boolean;
}

interface Real {
  session: Session;
}

/** What the clock shows decides; what it showed before is only ever a lower bound. */
function foretell(model: Model, event: SessionEvent): Effect {
  if (model.isOver) return 'deny';
  if (event.type !== 'revoked' && event.at < model.recorded - LEEWAY) return 'indeterminate';
  const now = Math.max(event.at, model.recorded);
  const isLapsed = now >= model.user + IDLE || now >= START + ABSOLUTE || event.type === 'revoked';
  if (isLapsed) return end(model, event.at);
  const isProof = event.type === 'reauthenticated' && event.at > model.proof;
  const isDue = now >= (isProof ? event.at : model.proof) + AFTER;
  const isUser = event.type === 'access' && event.activity === 'user' && event.at > model.user && !isDue;
  if (isProof) model.proof = event.at;
  if (isProof || isUser) record(model, event.at);
  return isDue ? 'challenge' : 'permit';
}

function record(model: Model, at: number): void {
  model.user = Math.max(model.user, at);
  model.recorded = Math.max(model.recorded, at);
}

function end(model: Model, at: number): Effect {
  model.isOver = true;
  model.recorded = Math.max(model.recorded, at);
  return 'deny';
}

class Happens implements fc.Command<Model, Real> {
  readonly event: (at: number) => SessionEvent;
  constructor(event: (at: number) => SessionEvent) {
    this.event = event;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, real: Real): void {
    const event = this.event(model.clock(model.looks));
    model.looks += 1;
    const expected = foretell(model, event);
    const { effect, session } = evaluate(policy, real.session, event);
    expect(effect).toBe(expected);
    expect(session.ended !== null).toBe(model.isOver);
    expect(session.recordedAt).toBe(model.recorded);
    expect(session.lastActivityAt).toBe(model.user);
    real.session = session;
  }
  toString(): string {
    return JSON.stringify(this.event(0));
  }
}

const user = new Happens((at) => ({ type: 'access', at, activity: 'user' }));
const poll = new Happens((at) => ({ type: 'access', at, activity: 'background' }));
const proof = new Happens((at) => ({ type: 'reauthenticated', at, assuranceLevel: 'aal1' }));
const logout = new Happens((at) => ({ type: 'revoked', at, code: 'logout' }));

const SHAPES: Readonly<Record<string, (options: ClockShapeOptions) => ClockShape>> = {
  steppingClock,
  driftingClock,
  jumpingClock,
  backwardsClock,
};

describe('a session judged by', { timeout: TIMEOUT }, () => {
  for (const [name, shape] of Object.entries(SHAPES)) {
    it(`a ${name} is judged by what the clock shows, and never revived by it`, () => {
      const times = fc.record({
        interval: fc.integer({ min: 1, max: 6 }).map((minutes) => minutes * MINUTE),
        error: fc.integer({ min: -30, max: 30 }).map((minutes) => (minutes * MINUTE) / 2),
      });
      const commands = fc.commands([user, user, poll, poll, proof, logout].map(fc.constant), { maxCommands: 25 });
      holds(
        fc.property(times, commands, ({ interval, error }, happenings) => {
          fc.modelRun(() => {
            const clock = shape({ start: START, interval, error });
            const model = { looks: 1, clock, user: START, proof: START, recorded: START, isOver: false };
            return { model, real: { session: startSession(policy, { id: 's-1', subject: 'alice', at: START }) } };
          }, happenings);
        }),
        0.5,
      );
    });
  }
});
