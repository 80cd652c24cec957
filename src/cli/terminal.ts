import { shownText } from '../replay/words.js';

/** What a command sees of the process. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

/** Marks text; leaves it alone where colours are not wanted. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const PLAIN: Paint = { bold: same, dim: same, red: same, yellow: same, cyan: same };

const COLOURED: Paint = {
  bold: (text) => `\u001b[1m${text}\u001b[22m`,
  dim: (text) => `\u001b[2m${text}\u001b[22m`,
  red: (text) => `\u001b[31m${text}\u001b[39m`,
  yellow: (text) => `\u001b[33m${text}\u001b[39m`,
  cyan: (text) => `\u001b[36m${text}\u001b[39m`,
};

const COLOUR = /\[(?:[12]|22|3[1369])m/y;

/**
 * A terminal that shows what it is given and obeys nothing of it but our own colours: policies, logs and stores hold
 * what others wrote, and a line of a log must not clear the screen or pass for another line.
 */
export function guarded({ stdin, stdout, stderr, env }: Terminal): Terminal {
  const guard = (stream: NodeJS.WriteStream) => guardedStream(stream, paintFor(stream, env) === COLOURED);
  return { stdin, stdout: guard(stdout), stderr: guard(stderr), env };
}

/** The stream behind a guarded one, for what draws. */
export function unguarded(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return UNGUARDED.get(stream) ?? stream;
}

const UNGUARDED = new WeakMap<NodeJS.WriteStream, NodeJS.WriteStream>();

function guardedStream(stream: NodeJS.WriteStream, hasColours: boolean): NodeJS.WriteStream {
  const write = (text: string) => stream.write(printable(text, hasColours));
  const guard = new Proxy(stream, {
    get(target, name) {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  UNGUARDED.set(guard, stream);
  return guard;
}

/** Lines, tabs and our colours stay. What is made visible is so as JSON writes it, and JSON says the same with it. */
function printable(text: string, hasColours: boolean): string {
  return shownText(text, (sign, at) => {
    if (sign === '\n' || sign === '\t') return true;
    if (sign === '\r') return text[at + 1] === '\n';
    COLOUR.lastIndex = at + 1;
    return hasColours && sign === '\u001b' && COLOUR.test(text);
  });
}

function same(text: string): string {
  return text;
}

/** Colours for a terminal; none for a file, a pipe, a dumb terminal, or where `NO_COLOR` is set. */
export function paintFor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Paint {
  const isRefused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return stream.isTTY && !isRefused ? COLOURED : PLAIN;
}
