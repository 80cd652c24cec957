import { connect } from 'node:net';

/**
 * One question on a connection of its own; a list comes as lines. Tests need no more to look at a server from outside,
 * and the client libraries are under test themselves.
 */
export function askRedis(port: number, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    let text = '';
    socket.on('connect', () => socket.write(`*${words.length}\r\n${parts.join('')}`));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const reply = readReply(text, 0);
      if (reply === null) return;
      socket.destroy();
      if (reply.failed) reject(new Error(reply.text));
      else resolve(Buffer.from(reply.text, 'latin1').toString());
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed the connection')));
  });
}

interface Reply {
  readonly text: string;
  readonly failed: boolean;
  readonly end: number;
}

/** The reply that begins at `start`, or `null` if more has to come. */
function readReply(text: string, start: number): Reply | null {
  const lineEnd = text.indexOf('\r\n', start);
  if (lineEnd < 0) return null;
  const [kind, line, next] = [text[start], text.slice(start + 1, lineEnd), lineEnd + 2];
  if (kind === '*') return readList(text, next, Number(line));
  if (kind !== '$') return { text: line, failed: kind === '-', end: next };
  if (line === '-1') return { text: '', failed: false, end: next };
  const end = next + Number(line);
  return text.length < end + 2 ? null : { text: text.slice(next, end), failed: false, end: end + 2 };
}

function readList(text: string, start: number, length: number): Reply | null {
  const items: string[] = [];
  let end = start;
  while (items.length < length) {
    const item = readReply(text, end);
    if (item === null) return null;
    items.push(item.text);
    end = item.end;
  }
  return { text: items.join('\n'), failed: false, end };
}
