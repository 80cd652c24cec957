import { type Answer, unavailable } from '../engine/answers.js';
import { byId } from '../engine/question.js';
import { apart } from './apart.js';
import type { Member } from './member.js';
import type { SocketEngine } from './options.js';

/** The connections by their sessions. */
export interface Groups<Operation extends string> {
  add(member: Member<Operation>): void;
  remove(member: Member<Operation>): void;
  /** Asks the engine about a session; its connections hear the answer. */
  ask(sessionId: string): void;
  askAll(): void;
  members(): readonly Member<Operation>[];
  size(): number;
}

/** The connections of one session: one watch, and one question, for all of them. */
interface Group<Operation extends string> {
  readonly members: Set<Member<Operation>>;
  stop: () => void;
  isAsking: boolean;
  /** Something may have changed since the question under way was asked. */
  isStale: boolean;
}

type Hear<Operation extends string> = (member: Member<Operation>, answer: Answer) => void;

/** Groups connections by session, and watches each session as long as it has any. */
export function memberGroups<Operation extends string>(
  engine: SocketEngine<Operation>,
  hear: Hear<Operation>,
): Groups<Operation> {
  const groups = new Map<string, Group<Operation>>();
  let size = 0;

  function ask(id: string): void {
    const group = groups.get(id);
    if (group === undefined) return;
    if (group.isAsking) group.isStale = true;
    else void question(engine, id, group, hear);
  }

  return {
    add(member) {
      const { id } = member.session;
      const group = groups.get(id) ?? aGroup<Operation>();
      group.members.add(member);
      size += 1;
      if (groups.has(id)) return;
      groups.set(id, group);
      group.stop = engine.watch(id, () => ask(id));
    },
    remove(member) {
      const { id } = member.session;
      const group = groups.get(id);
      if (group?.members.delete(member) !== true) return;
      size -= 1;
      if (group.members.size > 0) return;
      groups.delete(id);
      group.stop();
    },
    ask,
    askAll: () => void [...groups.keys()].map(ask),
    members: () => [...groups.values()].flatMap(({ members }) => [...members]),
    size: () => size,
  };
}

function aGroup<Operation extends string>(): Group<Operation> {
  return { members: new Set(), stop: () => undefined, isAsking: false, isStale: false };
}

/** Asks, and asks again where something may have changed meanwhile. */
async function question<Operation extends string>(
  engine: SocketEngine<Operation>,
  id: string,
  group: Group<Operation>,
  hear: Hear<Operation>,
): Promise<void> {
  group.isAsking = true;
  do {
    group.isStale = false;
    // one that throws must not be the last that was asked
    const answer = await engine.peek(byId(id)).catch(() => unavailable('evaluation_failed', engine.now()));
    // only an end is final: whatever else was answered may have been overtaken
    if (group.isStale && !isFinal(answer)) continue;
    for (const member of [...group.members]) apart(() => hear(member, answer));
  } while (group.isStale && group.members.size > 0);
  group.isAsking = false;
}

function isFinal({ effect, session }: Answer): boolean {
  return effect === 'deny' && session !== null && session.ended !== null;
}
