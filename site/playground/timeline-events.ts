import { neighbour, snapped, withChanged, withKind, withMark, without } from './edit.js';
import type { Scenario } from './scenario.js';
import type { State } from './state.js';
import type { TimelineEvents } from './timeline-card.js';

/** What the timeline's events make of the state. */
export function timelineEvents(
  now: () => State,
  change: (part: Partial<State>) => void,
  focus: (id: number) => void,
): TimelineEvents {
  const move = (id: number, at: number) =>
    change({ scenario: withChanged(now().scenario, id, { at: snapped(now().scenario, at) }) });
  const remove = (id: number) => {
    const { scenario } = now();
    const selected = heirOf(scenario, id);
    change({ scenario: without(scenario, id), selected });
    if (selected !== null) focus(selected);
  };
  return {
    move,
    remove,
    tool: (tool) => change({ tool }),
    clear: () => change({ scenario: { ...now().scenario, marks: [] }, selected: null }),
    select: (selected) => {
      if (now().selected !== selected) change({ selected });
    },
    change: (id, part) => {
      const at = part.at === undefined ? {} : { at: snapped(now().scenario, part.at) };
      change({ scenario: withChanged(now().scenario, id, { ...part, ...at }) });
    },
    kind: (id, kind) => change({ scenario: withKind(now().scenario, id, kind) }),
    add: (at, kind) => {
      const { scenario, tool } = now();
      const added = withMark(scenario, kind ?? tool, at ?? behind(scenario));
      if (added === null) return;
      change({ scenario: added.scenario, selected: added.mark.id });
      focus(added.mark.id);
    },
    key: (mark, action) => {
      if (action.type === 'move') move(mark.id, mark.at + action.by);
      else if (action.type === 'remove') remove(mark.id);
      else focus(neighbour(now().scenario, mark.id, action.direction)?.id ?? mark.id);
    },
  };
}

/** Which mark is looked at when one goes: the next, or the one before the last. */
function heirOf(scenario: Scenario, id: number): number | null {
  const next = neighbour(scenario, id, 1);
  const heir = next?.id === id ? neighbour(scenario, id, -1) : next;
  return heir === null || heir.id === id ? null : heir.id;
}

/** A place a little behind the last mark. */
function behind({ marks, span }: Scenario): number {
  return (marks.at(-1)?.at ?? 0) + span / 30;
}
