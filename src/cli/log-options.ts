import { statSync } from 'node:fs';
import type { IntakeFigures } from '../replay/intake.js';
import type { LogFormat } from '../replay/reader.js';
import type { ReplayOptions } from '../replay/replay.js';
import { parseDuration } from '../time/duration.js';
import { EXIT, type Failure, failure } from './failure.js';
import type { Input } from './input.js';
import type { Terminal } from './terminal.js';

/** How a log is to be read, as it was typed. */
export interface LogArguments {
  readonly by?: string;
  readonly background?: string;
  readonly reorder: string;
  readonly format: LogFormat;
}

/** Reads what was typed of how a log is to be read. */
export function logOptions({ by, background, reorder, format }: LogArguments): ReplayOptions {
  const window = /^\d{1,9}$/.test(reorder) ? Number(reorder) * 1000 : parseDuration(reorder);
  if (window === null)
    throw failure(EXIT.usage, `--reorder \`${reorder}\` is not a duration: write 60s, 5m, or 0 to sort nothing`);
  if (by === '' || by?.split('+').includes('')) {
    throw failure(EXIT.usage, '--by needs names of fields: write host, host+agent, or a field of the JSON lines');
  }
  return {
    format,
    reorder: window,
    ...(by !== undefined && { by }),
    ...(background !== undefined && { background: patternOf(background) }),
  };
}

/** In unicode mode if it can be, otherwise as people write it: `\-` is an error in the one and a dash in the other. */
function patternOf(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch {
    return looserPatternOf(source);
  }
}

function looserPatternOf(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    throw failure(EXIT.usage, `--background is not a regular expression: ${(error as Error).message}`);
  }
}

/** Refuses to wait for a log from a person at a terminal. */
export function checkLogNamed({ stdin }: Terminal, path: string | undefined, command: string): void {
  if (path !== undefined || !stdin.isTTY) return;
  throw failure(EXIT.usage, `name a log file, or pipe one in: curfew ${command} --policy policy.json access.log`);
}

/** What to look at where no line is a record; `null` where one is. */
export function nothingRead(
  { name }: Input,
  { lines, malformed, malformedLines }: IntakeFigures,
  { by }: LogArguments,
): Failure | null {
  if (lines === 0 || malformed < lines) return null;
  if (malformedLines.some(({ reason }) => reason !== 'visitor_missing')) {
    const advice = 'is this an access log, or JSON with one object a line?';
    return failure(EXIT.failed, `${name}: no line could be read: ${advice}`);
  }
  const fields = 'a line of an access log has host, agent and user, a line of JSON the fields that you see in it';
  if (by !== undefined) return failure(EXIT.failed, `--by ${by}: no line has all of these fields: ${fields}`);
  return failure(EXIT.failed, `${name}: no line says whose it is: --by names the field that does`);
}

/** Refuses a file to write that is one that is read: to open it would empty it. */
export function checkNotRead(option: string, target: string, files: readonly string[]): void {
  const written = statSync(target, { throwIfNoEntry: false });
  if (written === undefined) return;
  const isRead = files.some((file) => {
    const read = statSync(file, { throwIfNoEntry: false });
    return read !== undefined && read.dev === written.dev && read.ino === written.ino;
  });
  if (isRead) throw failure(EXIT.usage, `${option} \`${target}\` is a file that is read here: name another`);
}
