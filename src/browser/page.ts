/// <reference lib="dom" />
import { type InputEventLike, isRealInput } from './activity.js';

/** Whether somebody can see the page, as far as the browser tells. */
export type Attention = 'visible' | 'hidden' | 'locked';

/** What a page notices of the person before it. */
export interface Page {
  /** Where relative addresses start. */
  readonly base: string;
  attention(): Attention;
  /**
   * Calls back with an input of a person, when the page comes back (`wake`; `restored` from the back-forward cache),
   * and when it goes away (`leave`).
   */
  watch(see: (what: PageEvent) => void): () => void;
}

export type PageEvent = 'input' | 'wake' | 'restored' | 'leave';

const EVENTS: Readonly<Record<string, PageEvent>> = {
  keydown: 'input',
  pointerdown: 'input',
  pointerup: 'input',
  touchend: 'input',
  visibilitychange: 'wake',
  resume: 'wake',
  focus: 'wake',
  online: 'wake',
  pageshow: 'restored',
  pagehide: 'leave',
};

/** Idle Detection, which not every browser has, and TypeScript does not know. */
interface ScreenDetector extends EventTarget {
  readonly screenState: 'locked' | 'unlocked' | null;
  start(options: { threshold: number; signal: AbortSignal }): Promise<void>;
}

/** The page that this runs in. */
export function thisPage(): Page {
  const { IdleDetector } = window as { IdleDetector?: new () => ScreenDetector };
  const detector = IdleDetector && new IdleDetector();
  return {
    base: document.baseURI,
    attention: () => (detector?.screenState === 'locked' ? 'locked' : document.visibilityState),
    watch(see) {
      const off = new AbortController();
      const { signal } = off;
      const listen = (event: Event) => {
        const what = EVENTS[event.type] ?? 'wake';
        const input = event as unknown as InputEventLike;
        if (what === 'input' && !isRealInput(input, navigator.userActivation?.isActive)) return;
        // `false`: a page that comes for the first time, or goes for good
        if ((event as PageTransitionEvent).persisted !== false) see(what);
      };
      for (const name in EVENTS) addEventListener(name, listen, { signal, capture: true });
      detector?.addEventListener('change', listen, { signal });
      // refused without a question where the person has not allowed it; a page asks for that itself, in a click
      detector?.start({ threshold: 60_000, signal }).catch(() => {});
      return () => off.abort();
    },
  };
}
