import { neighbour, snapped, withChanged, withKind, withMark, without } from './edit.js';
import type { Scenario } from './scenario.js';
import type { Past, State } from './state.js';
import type { TimelineEvents } from './timeline-card.js';

/** Nobody goes further back than that. */
const MOST_PAST = 50;

/** What the timeline's events make of the state. */
export function timelineEvents(
  now: () => State,
  change: (part: Partial<State>) => void,
  focus: (id: number) => void,
): TimelineEvents {
  const draw = (words: string, scenario: Scenario, selected = now().selected) =>
    change({ scenario, selected, past: pastOf(now(), words) });
  const move = (id: number, at: number) =>
    draw(`at ${id}`, withChanged(now().scenario, id, { at: snapped(now().scenario, at) }));
  const remove = (id: number) => {
    const heir = heirOf(now().scenario, id);
    draw(`remove ${id}`, without(now().scenario, id), heir);
    if (heir !== null) focus(heir);
  };
  return {
    move,
    remove,
    tool: (tool) => change({ tool }),
    clear: () => draw('clear', { ...now().scenario, marks: [] }, null),
    undo: () => change(undone(now())),
    select: (selected) => (now().selected === selected ? undefined : change({ selected })),
    change: (id, part) => {
      if (part.at !== undefined) move(id, part.at);
      else draw(`value ${id}`, withChanged(now().scenario, id, part));
    },
    kind: (id, kind) => draw(`kind ${id}`, withKind(now().scenario, id, kind)),
    add: (at, kind) => {
      const { scenario, tool } = now();
      const added = withMark(scenario, kind ?? tool, at ?? behind(scenario));
      if (added === null) return;
      draw(`add ${added.mark.id}`, added.scenario, added.mark.id);
      focus(added.mark.id);
    },
    key: (mark, action) => {
      if (action.type === 'move') move(mark.id, mark.at + action.by);
      else if (action.type === 'remove') remove(mark.id);
      else focus(neighbour(now().scenario, mark.id, action.direction)?.id ?? mark.id);
    },
  };
}

/** The past with the timeline as it is now. */
export function pastOf({ past, scenario }: Pick<State, 'past' | 'scenario'>, change: string): readonly Past[] {
  if (past.at(-1)?.change === change) return past;
  return [...past, { scenario, change }].slice(-MOST_PAST);
}

/** The timeline as it was before the last change. */
export function undone({
  past,
  selected,
}: Pick<State, 'past' | 'selected'>): Partial<Pick<State, 'past' | 'selected' | 'scenario'>> {
  const last = past.at(-1);
  if (last === undefined) return {};
  const isThere = last.scenario.marks.some(({ id }) => id === selected);
  return { scenario: last.scenario, selected: isThere ? selected : null, past: past.slice(0, -1) };
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
