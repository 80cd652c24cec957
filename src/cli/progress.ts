import cliProgress from 'cli-progress';
import type { Input } from './input.js';
import { type Terminal, unguarded } from './terminal.js';

/** Shows how much of a log is read. */
export interface Progress {
  add(bytes: number): void;
  stop(): void;
}

const NONE: Progress = { add: () => {}, stop: () => {} };

/** A progress bar, where somebody can see it and the size is known. */
export function progressOf({ stderr }: Terminal, { size }: Input): Progress {
  if (!stderr.isTTY || size === null) return NONE;
  const bar = new cliProgress.SingleBar({
    format: '  {bar} {percentage} %  {read} of {size}  {eta_formatted} left',
    barCompleteChar: '━',
    barIncompleteChar: '─',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    fps: 10,
    stream: unguarded(stderr),
  });
  let read = 0;
  bar.start(size, 0, { read: sizeText(0), size: sizeText(size) });
  return {
    add: (bytes) => {
      read += bytes;
      bar.update(Math.min(read, size), { read: sizeText(read) });
    },
    stop: () => bar.stop(),
  };
}

/** A number of bytes for people, in powers of 1000. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
