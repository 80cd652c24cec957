/** What of a connection is looked at. */
export interface NodeSocket {
  readonly remoteAddress?: string | undefined;
  readonly destroyed?: boolean | undefined;
}

/** Node forgets the address of a connection that is closed; one over a Unix socket never had any. */
export function hasHungUp(socket: NodeSocket | null | undefined): boolean {
  return socket?.destroyed === true && socket.remoteAddress === undefined;
}
