import type { Policy } from '../../src/core/policy.js';
import { readPolicy, type Trouble } from './policy-text.js';
import { type Lane, runLane } from './run.js';
import type { Kind } from './scenario.js';
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
}

/** One policy and what it makes of the scenario. */
export interface Side {
  readonly letter: 'A' | 'B';
  /** The policy, or the last one that could be used; `null` if there was none yet. */
  readonly policy: Policy | null;
  readonly lane: Lane | null;
  /** What keeps the text from being a policy. */
  readonly troubles: readonly Trouble[];
}

/** A story as it begins. */
export function stateOf(story: Story): State {
  const { policy, scenario } = story;
  return { policy, other: null, scenario, selected: null, tool: 'user', story };
}

/** Judges the scenario by each policy. A text that is no policy yet keeps the one that it was before. */
export function sidesOf({ policy, other, scenario }: Shared, before: readonly Side[]): Side[] {
  const texts = other === null ? [policy] : [policy, other];
  return texts.map((text, index) => {
    const read = readPolicy(text);
    const usable = read.policy ?? before[index]?.policy ?? null;
    const lane = usable === null ? null : runLane(usable, scenario);
    return { letter: index === 0 ? 'A' : 'B', policy: usable, lane, troubles: read.troubles };
  });
}
