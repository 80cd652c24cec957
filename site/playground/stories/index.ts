import { forgottenTab } from './forgotten-tab.js';
import { longForm } from './long-form.js';
import { nightShift } from './night-shift.js';
import { sharedTerminal } from './shared-terminal.js';
import { stolenCookie } from './stolen-cookie.js';
import type { Story } from './story.js';

/** The stories in the order in which they are offered. */
export const STORIES: readonly [Story, ...Story[]] = [forgottenTab, stolenCookie, nightShift, sharedTerminal, longForm];
