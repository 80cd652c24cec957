/** `CLUSTER NODES`, which every node answers by what it knows; of itself it knows most, and at once. */
export const NODES = ['CLUSTER', 'NODES'];

/** A slot that is leaving the node that answers: `[93->-<id of the node that gets it>]`. */
const LEAVING = /^\[\d+->-(\w+)\]$/;

/**
 * The ids of the primaries that have slots, or are being given one by the node that answers: a session that has moved
 * there already may be ended there.
 */
export function primariesIn(answer: string): readonly string[] {
  return answer.split('\n').flatMap((line) => {
    const [id = '', , flags = '', , , , , , ...slots] = line.trim().split(' ');
    const targets = slots.flatMap((slot) => LEAVING.exec(slot)?.[1] ?? []);
    const hasSlots = slots.some((slot) => !slot.startsWith('['));
    return flags.split(',').includes('master') && hasSlots ? [id, ...targets] : targets;
  });
}
