/** The last task in line, by session. */
export type Turns = Map<string, Promise<unknown>>;

/** Does a task when every earlier one of the same session is done, well or badly. */
export function inTurn<Value>(turns: Turns, id: string, task: () => Promise<Value>): Promise<Value> {
  const before = turns.get(id) ?? Promise.resolve();
  const mine = before.then(task, task);
  turns.set(id, mine);
  const leave = () => {
    if (turns.get(id) === mine) turns.delete(id);
  };
  mine.then(leave, leave);
  return mine;
}
