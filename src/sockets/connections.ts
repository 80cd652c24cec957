import type { Context } from '../core/session.js';
import { apart } from './apart.js';
import { makeMember } from './bound.js';
import type { Bound, Permitted, Transport } from './connection.js';
import { memberGroups } from './groups.js';
import { end, hear, type Surroundings } from './member.js';
import { type ConnectionOptions, readConnectionOptions, type SocketEngine } from './options.js';
import { timerWheel } from './wheel.js';

/** The connections of one process, each bound to a session. */
export interface Connections<Operation extends string = string> {
  /**
   * Binds a connection to the session that its handshake was permitted for. `context` is where it comes from, as it was
   * stated at the handshake.
   */
  bind(permitted: Permitted, transport: Transport, context?: Context): Bound<Operation>;
  /** How many are open. */
  readonly size: number;
  /** Ends all of them with 1001, and those that are bound from now on. */
  close(): void;
}

/** How fine the deadlines are, in milliseconds. */
const TICK = 50;
/** How often clocks and policy are looked at while there are connections, in milliseconds. */
const LOOK_EVERY = 1_000;
const GOING_AWAY = { closeCode: 1001, reason: 'server_closing' } as const;

/**
 * Keeps connections, and ends each when its session is over: at its own deadline, on one timer for all, and as soon as
 * the engine hears of an end elsewhere.
 *
 * @throws an error with code `socket_options_invalid` that names every option that is wrong.
 */
export function sessionConnections<Operation extends string>(
  options: ConnectionOptions<Operation>,
): Connections<Operation> {
  const settings = readConnectionOptions(options);
  const { engine, clock, timers } = settings;
  const groups = memberGroups<Operation>(engine, (member, answer) => hear(around, member, answer));
  const onLook = policyWatch(engine, groups.askAll);
  let isClosed = false;
  const around: Surroundings<Operation> = {
    settings,
    wheel: timerWheel({ clock, timers, tick: TICK, lookEvery: LOOK_EVERY, onLook }),
    ask: ({ session }) => groups.ask(session.id),
    forget: groups.remove,
  };
  return {
    bind(permitted, transport, context) {
      const member = makeMember(around, permitted, transport, context);
      groups.add(member);
      hear(around, member, permitted);
      // it may have ended between the handshake's answer and the watch
      if (isClosed) end(around, member, GOING_AWAY);
      else groups.ask(member.session.id);
      return member.bound;
    },
    get size() {
      return groups.size();
    },
    close() {
      isClosed = true;
      for (const member of groups.members()) apart(() => end(around, member, GOING_AWAY));
    },
  };
}

/** Calls back at the first look after another policy has come into force: what one permits, another may not. */
function policyWatch({ policy }: Pick<SocketEngine, 'policy'>, changed: () => void): () => void {
  let known = policy();
  return () => {
    if (policy() === known) return;
    known = policy();
    changed();
  };
}
