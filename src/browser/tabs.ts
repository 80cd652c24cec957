import type { BrowserHost, TabChannel } from './host.js';
import type { KnownStatus } from './phase.js';
import { readStatus } from './status.js';

/** What tabs tell each other. Steady clocks of two tabs share no start, so it says how old the status is. */
interface TabMessage {
  readonly status: unknown;
  readonly age: number;
  /** The wall clock when it was said: a frozen tab reads its messages late. */
  readonly saidAt: number;
}

export function toTabs(status: KnownStatus, steady: number, wall: number): TabMessage {
  return { status, age: steady - status.askedAt, saidAt: wall };
}

/** What another tab knows, in this tab's time; `null` if it is no such message. A clock that was set makes it older. */
export function fromTabs(message: unknown, steady: number, wall: number): KnownStatus | null {
  // what is no number makes the comparison fail
  const { status, age, saidAt }: TabMessage = Object(message);
  const read = readStatus(status);
  const oldest = age + Math.max(0, wall - saidAt);
  return read && oldest >= 0 ? { ...read, askedAt: steady - oldest } : null;
}

/** The line to the other tabs. */
export interface Tabs {
  tell(known: KnownStatus): void;
  restored(): void;
  /** While the page is away, so that a browser may keep it whole for the way back. */
  leave(): void;
}

/** Tells other tabs what this one knows, and hears what they do. */
export function tabsOf(
  { openChannel, clock }: BrowserHost,
  name: string,
  now: () => number,
  hear: (known: KnownStatus | null) => void,
): Tabs {
  let channel: TabChannel | null = null;
  return {
    tell: (known) => channel?.postMessage(toTabs(known, now(), clock.now())),
    restored() {
      try {
        channel ??= openChannel(name);
        channel.onmessage = ({ data }) => {
          hear(fromTabs(data, now(), clock.now()));
        };
      } catch {
        // refused: this tab is on its own
      }
    },
    leave() {
      channel?.close();
      channel = null;
    },
  };
}
