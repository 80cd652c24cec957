import type { Policy } from '../../src/core/policy.js';
import { readPolicy, type Trouble } from './policy-text.js';
import { type Lane, runLane } from './run.js';
import type { Kind, Scenario } from './scenario.js';
import type { Shared } from './share.js';
import type { Story } from './stories/story.js';

/** Everything that the page shows. */
export interface State extends Shared {
  /** The mark that is being looked at. */
  readonly selected: number | null;
  /** What a click on the timeline adds. */
  readonly tool: Kind;
  /** The story that it began as; `null` for a link from somebody. */
  readonly story: Story | null;
  /** What the timeline was, the latest last: for whoever wants it back. */
  readonly past: readonly Past[];
}

/** A timeline as it was before a change. */
export interface Past {
  readonly scenario: Scenario;
  /** Which change: what a drag does in many steps is undone in one. */
  readonly change: string;
}

/** One policy and what it makes of the scenario. */
export interface Side {
  readonly letter: 'A' | 'B';
  /** The policy, or the last one that could be used; `null` if there was none yet. */
  readonly policy: Policy | null;
  readonly lane: Lane | null;
  /** Whether policy and lane are those of an earlier text: what stands there now is no policy. */
  readonly isStale: boolean;
  /** What keeps the text from being a policy. */
  readonly troubles: readonly Trouble[];
}

/** A story as it begins; with what it has to compare with, where two policies are looked at. */
export function stateOf(story: Story, isCompared = false): State {
  const { policy, other, scenario } = story;
  return { policy, other: isCompared ? other : null, scenario, selected: null, tool: 'user', story, past: [] };
}

/** Judges the scenario by each policy. A text that is no policy yet keeps the one that it was before. */
export function sidesOf({ policy, other, scenario }: Shared, before: readonly Side[]): Side[] {
  const texts = other === null ? [policy] : [policy, other];
  return texts.map((text, index) => {
    const read = readPolicy(text);
    const usable = read.policy ?? before[index]?.policy ?? null;
    const lane = usable === null ? null : runLane(usable, scenario);
    return {
      letter: index === 0 ? 'A' : 'B',
      policy: usable,
      lane,
      isStale: read.policy === null && lane !== null,
      troubles: read.troubles,
    };
  });
}

/** What is said of answers that are not those of the text as it stands. */
export const STALE = 'as of the last valid policy';
