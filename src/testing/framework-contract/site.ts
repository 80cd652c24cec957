import { createEngine, type Engine } from '../../engine/index.js';
import type { SessionStore } from '../../engine/ports.js';
import type { EndpointOptions, HttpOptions, SessionKeeper } from '../../http/index.js';
import { memoryStore } from '../../stores/memory.js';
import type { FrameworkApp, FrameworkContractOptions } from '../framework-contract.js';
import { type ManualClock, manualClock } from '../manual-clock.js';
import { CONTRACT_POLICY, type ContractOperation, contractRoutes } from './routes.js';
import { aVisitor, PRESS, type Visitor } from './visitor.js';
import { openWire } from './wire.js';

/** What a case has to work with: an app over real HTTP, and the world behind it. */
export interface Site {
  readonly clock: ManualClock;
  readonly engine: Engine<ContractOperation>;
  /** How often the store was asked for a session. */
  readonly loads: () => number;
  /** The routes that were reached, in order. */
  readonly ran: readonly string[];
  readonly faults: Faults;
  visitor(): Visitor;
  /** A visitor who has logged in. */
  loggedIn(): Promise<Visitor>;
}

/** What goes wrong on purpose. */
export interface Faults {
  isStoreAway: boolean;
  doesEngineThrow: boolean;
  /** The store answers when this resolves; `reached` is told that it was asked. */
  gate: { readonly opened: Promise<void>; readonly reached: () => void } | null;
}

/** When every site begins. */
const BEGIN = 1_700_000_000_000;

/** Makes the app, and hands it to a case. */
export async function onSite(
  { makeApp }: FrameworkContractOptions,
  extra: Partial<HttpOptions<ContractOperation>>,
  act: (site: Site) => Promise<void>,
): Promise<void> {
  const clock = manualClock(BEGIN);
  const faults: Faults = { isStoreAway: false, doesEngineThrow: false, gate: null };
  const { store, loads } = watched(faults);
  const engine = createEngine({ policy: CONTRACT_POLICY, store, clock, recordEvery: 0, purgeEvery: 0 });
  const ran: string[] = [];
  const app = await makeApp({
    options: { engine: throwing(engine, faults), bearer: true, warn: () => undefined, ...OPTIONS, ...extra },
    endpoints: ENDPOINTS,
    routes: contractRoutes((path) => ran.push(path)),
  });
  const wire = await openWire(app.url);
  const visitor = () => aVisitor(wire);
  const loggedIn = async () => {
    const one = visitor();
    const { status } = await one.send('POST', '/login', PRESS);
    if (status !== 200) throw new Error(`POST /login is answered with ${status} instead of 200`);
    return one;
  };
  try {
    await act({ clock, engine, loads, ran, faults, visitor, loggedIn });
  } finally {
    wire.close();
    await closed(app, engine);
  }
}

const OPTIONS = { pages: { signIn: '/login', stepUp: '/step-up' }, activity: { background: ['/poll'] } };

const ENDPOINTS: EndpointOptions = {
  reauthenticate: ({ body }) =>
    (body as { readonly password?: unknown } | null)?.password === 'correct' ? { assuranceLevel: 'aal2' } : null,
};

async function closed(app: FrameworkApp, engine: Engine<ContractOperation>): Promise<void> {
  await app.close();
  await engine.close();
}

function watched(faults: Faults): { readonly store: SessionStore; readonly loads: () => number } {
  const store = memoryStore();
  let loads = 0;
  const reachable = () => {
    if (faults.isStoreAway) throw new Error('planted: the store is away');
  };
  return {
    loads: () => loads,
    store: {
      ...store,
      async load(ids) {
        loads += ids.length;
        reachable();
        faults.gate?.reached();
        await faults.gate?.opened;
        return store.load(ids);
      },
      async replace(envelopes, options) {
        reachable();
        return store.replace(envelopes, options);
      },
    },
  };
}

/** An engine that throws, which none does: but whoever puts another in its place may. */
function throwing(engine: Engine<ContractOperation>, faults: Faults): SessionKeeper<ContractOperation> {
  const orThrow = <Given extends readonly unknown[], Answer>(ask: (...given: Given) => Answer) => {
    return (...given: Given): Answer => {
      if (faults.doesEngineThrow) throw new Error('planted: the engine throws');
      return ask(...given);
    };
  };
  return { ...engine, access: orThrow(engine.access), peek: orThrow(engine.peek), end: orThrow(engine.end) };
}
