'use client';
import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { type SessionView, type SessionWatch, type WatchOptions, watchSession } from '../browser/index.js';
import { UNKNOWN } from '../browser/phase.js';

export interface SessionProviderProps {
  /** A watch of yours. Default: one that lives as long as the provider. */
  readonly session?: SessionWatch;
  /** How to watch, for a watch of the provider's own. Read once, when it appears. */
  readonly options?: WatchOptions;
  readonly children?: ReactNode;
}

/** What a component knows of the session, and what it may do with it. */
export interface SessionState extends SessionView {
  /** `null` on a server, and until the page runs. */
  readonly session: SessionWatch | null;
}

const SessionContext = createContext<SessionWatch | null | undefined>(undefined);
const NOTHING = () => () => {};
const unknown = () => UNKNOWN;

/** Watches the session for all components below. On a server nothing is watched, and the phase is `unknown`. */
export function SessionProvider({ session, options, children }: SessionProviderProps): ReactElement {
  const [own, setOwn] = useState<SessionWatch | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: options are read once; a literal is another each time
  useEffect(() => {
    if (session !== undefined) return;
    const watch = watchSession(options);
    setOwn(watch);
    return () => {
      setOwn(null);
      watch.stop();
    };
  }, [session]);
  return createElement(SessionContext.Provider, { value: session ?? own }, children);
}

/**
 * The session of this page: its `phase`, whether it can be extended, and why it ended. The component renders again
 * when the phase changes, and each second of a warning.
 *
 * @throws an Error outside a `SessionProvider`.
 * @example
 * const { phase, remainingMs, canExtend, code, session } = useSession();
 */
export function useSession(): SessionState {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSession: put a <SessionProvider> around this component');
  const view = useSyncExternalStore(
    session?.subscribe ?? NOTHING,
    session === null ? unknown : () => session.view,
    unknown,
  );
  return { ...view, session };
}
