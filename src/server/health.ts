import type { Engine } from '../engine/engine.js';
import { byId } from '../engine/question.js';
import { json, plain, type Reply } from './reply.js';

/** An id as engines draw them, that none of them ever draws again. */
export const NOBODY = byId('A'.repeat(22));
/** How long an answer is good for: whoever asks more often learns nothing, and burdens the store. */
const GOOD_FOR = 1_000;

/** Whether the gateway can decide: its store answers, and its clock is right. */
export interface Health {
  /** The process lives. */
  live(): Reply;
  ready(isClosing: boolean): Promise<Reply>;
}

export function healthOf(engine: Engine): Health {
  let asked: { readonly at: number; readonly code: Promise<string | null> } | null = null;
  const codeNow = async () => {
    const answer = await engine.peek(NOBODY);
    return answer.effect === 'indeterminate' ? (answer.reasons[0]?.code ?? 'store_unavailable') : null;
  };
  return {
    live: () => plain('ok\n'),
    async ready(isClosing) {
      if (isClosing) return notReady('closing');
      const now = engine.now();
      if (asked === null || Math.abs(now - asked.at) >= GOOD_FOR) asked = { at: now, code: codeNow() };
      const code = await asked.code;
      return code === null ? json({ status: 'ready' }) : notReady(code);
    },
  };
}

function notReady(code: string): Reply {
  return json({ status: 'not_ready', code }, 503);
}
