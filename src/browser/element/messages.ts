/** Every text of the dialog. Give your own for another language; what is left out stays English. */
export interface DialogMessages {
  readonly warningTitle: string;
  /** `time` is one of `minutes` or `seconds`. */
  readonly warning: (time: string) => string;
  /** The limit that comes cannot be moved. */
  readonly lastWarning: (time: string) => string;
  /** A proof of who they are will be asked for. */
  readonly proofWarning: (time: string) => string;
  readonly minutes: (count: number) => string;
  readonly seconds: (count: number) => string;
  readonly checkingTitle: string;
  readonly checking: string;
  readonly lockedTitle: string;
  readonly locked: string;
  readonly endedTitle: string;
  /** Why it ended, by the code of the end; `other` for the rest. */
  readonly ended: { readonly other: string } & Readonly<Record<string, string>>;
  readonly extend: string;
  readonly signOut: string;
  readonly dismiss: string;
  readonly unlock: string;
  readonly signIn: string;
  readonly failed: string;
}

/** English. */
export const ENGLISH: DialogMessages = {
  warningTitle: 'You’re about to be signed out',
  warning: (time) => `For your security, we will sign you out in ${time}.`,
  lastWarning: (time) => `Your session ends in ${time}. It cannot be extended, so save your work now.`,
  proofWarning: (time) => `In ${time} you will have to confirm who you are. Save your work now.`,
  minutes: (count) => (count === 1 ? '1 minute' : `${count} minutes`),
  seconds: (count) => (count === 1 ? '1 second' : `${count} seconds`),
  checkingTitle: 'Checking your session',
  checking: 'One moment: we are checking whether you are still signed in.',
  lockedTitle: 'Your session is locked',
  locked: 'Confirm who you are to go on where you were.',
  endedTitle: 'You have been signed out',
  ended: {
    idle_timeout: 'Nothing happened here for a while, so we signed you out for your security.',
    absolute_timeout: 'You were signed in for as long as one session may last.',
    logout: 'You signed out.',
    logout_everywhere: 'You signed out on all your devices.',
    session_replaced: 'Somebody signed in again in this browser, and this session ended.',
    concurrency_limit: 'You signed in on another device, and only so many sessions may be open.',
    other: 'Your session has ended.',
  },
  extend: 'Stay signed in',
  signOut: 'Sign out',
  dismiss: 'Continue',
  unlock: 'Confirm who you are',
  signIn: 'Sign in again',
  failed: 'That did not work. Check your connection and try again.',
};
