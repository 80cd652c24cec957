/**
 * Made-up traffic of a web application, the same for the same seed: people at work with time to think and breaks, tabs
 * that are left open and poll, a night across the change to daylight-saving time, lines out of order and a few cut in
 * two.
 *
 *     npx tsx scripts/generate-traffic.ts [--seed 7] [--days 8] [--people 400] > access.log
 */
import { once } from 'node:events';
import { argv, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The first midnight, in UTC. The clocks go forward in the fourth night. */
const FIRST_DAY = Date.UTC(2026, 2, 26);
const CLOCKS_FORWARD = Date.UTC(2026, 2, 29, 1);

const PAGES = ['/', '/accounts', '/accounts/overview', '/payments/new', '/statements?year=2025', '/profile', '/help'];
const ASSETS = ['/assets/app.js', '/assets/app.css', '/assets/logo.svg'];
const POLL = '/api/notifications';
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  'Kiosk \\"Lobby\\" 2.1',
];

/** What the traffic is to be like. */
export interface TrafficOptions {
  readonly seed?: number;
  readonly days?: number;
  readonly people?: number;
}

/** Gives the next number from 0 to 1. */
type Random = () => number;

interface Request {
  readonly person: number;
  readonly at: number;
  /** When the log got it: mostly at once. */
  readonly arrival: number;
  readonly path: string;
}

/** Mulberry32: numbers that look random and depend on the seed alone. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The lines of a log, without their line breaks. Only a day of them is in memory. */
export function* generateTraffic({ seed = 7, days = 8, people = 400 }: TrafficOptions = {}): Generator<string> {
  const random = randomFrom(seed);
  const pending: Request[] = [];
  for (let day = 0; day < days; day++) {
    const midnight = FIRST_DAY + day * DAY;
    for (let person = 0; person < people; person++) pending.push(...dayOf(random, person, midnight));
    pending.sort((a, b) => a.arrival - b.arrival || a.at - b.at || a.person - b.person);
    // what comes after midnight goes among the next day's requests
    const next = pending.findIndex(({ arrival }) => arrival >= midnight + DAY);
    for (const request of pending.splice(0, next < 0 ? pending.length : next)) yield* linesOf(random, request);
  }
  for (const request of pending) yield* linesOf(random, request);
}

/** The requests of one person that begin on one day. */
function dayOf(random: Random, person: number, midnight: number): Request[] {
  const isWeekend = [0, 6].includes(new Date(midnight).getUTCDay());
  const isNightOwl = person % 23 === 0;
  if (random() > (isWeekend && !isNightOwl ? 0.2 : 0.85)) return [];
  const requests: Request[] = [];
  let at = midnight + (isNightOwl ? 22.5 * HOUR : (7.5 + 4 * random()) * HOUR);
  const end = at + (isNightOwl ? 5 : 1 + 9 * random()) * HOUR;
  while (at < end) at = visit(random, person, at, requests) + (20 + 160 * random()) * MINUTE;
  return requests;
}

/** One visit: pages with time to think; some end with a tab that is left open. Returns when the last tab was closed. */
function visit(random: Random, person: number, start: number, requests: Request[]): number {
  let at = start;
  const pages = 2 + Math.floor(14 * random() ** 2);
  for (let page = 0; page < pages; page++) {
    requests.push(requestOf(random, person, at, PAGES[Math.floor(random() * PAGES.length)] as string));
    if (page === 0) for (const asset of ASSETS) requests.push(requestOf(random, person, at + 400, asset));
    at += thinkTime(random);
  }
  const isForgotten = random() < 0.12;
  const closed = at + (isForgotten ? 2 * HOUR * random() : 0);
  for (let poll = start + MINUTE; poll < closed; poll += MINUTE) requests.push(requestOf(random, person, poll, POLL));
  return closed;
}

/** Mostly seconds, sometimes minutes, now and then a coffee that is longer than an idle timeout. */
function thinkTime(random: Random): number {
  const kind = random();
  if (kind < 0.8) return (3 + 60 * random() ** 2) * SECOND;
  if (kind < 0.97) return (1 + 8 * random()) * MINUTE;
  return (12 + 12 * random()) * MINUTE;
}

function requestOf(random: Random, person: number, at: number, path: string): Request {
  const luck = random();
  const delay = luck < 0.0005 ? (2 + 3 * random()) * MINUTE : luck < 0.04 ? 40 * SECOND * random() : 0;
  return { person, at: Math.floor(at), arrival: Math.floor(at + delay), path };
}

function* linesOf(random: Random, { person, at, path }: Request): Generator<string> {
  const size = 200 + Math.floor(20_000 * random());
  const agent = AGENTS[person % AGENTS.length];
  const line = `${addressOf(person)} - - [${timeOf(at)}] "GET ${path} HTTP/1.1" 200 ${size} "-" "${agent}"`;
  if (random() > 0.00003) yield line;
  else {
    const cut = 60 + Math.floor(random() * (line.length - 61));
    yield line.slice(0, cut);
    yield line.slice(cut);
  }
}

/** Addresses that are set aside for documentation. */
function addressOf(person: number): string {
  const networks = ['192.0.2', '198.51.100', '203.0.113'];
  return person < 750 ? `${networks[person % 3]}.${1 + Math.floor(person / 3)}` : `2001:db8::${person.toString(16)}`;
}

/** Central European time: an hour ahead of UTC, two from the change on. */
function timeOf(at: number): string {
  const offset = at < CLOCKS_FORWARD ? 1 : 2;
  const [, day, month, year, time] = /, (\d+) (\w+) (\d+) (\S+)/.exec(new Date(at + offset * HOUR).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0${offset}00`;
}

/** The log in chunks of some kilobytes, for a stream. */
export function* generateChunks(options: TrafficOptions): Generator<string> {
  let text = '';
  for (const line of generateTraffic(options)) {
    text += `${line}\n`;
    if (text.length > 65_536) {
      yield text;
      text = '';
    }
  }
  yield text;
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { seed: text, days: text, people: text } });
  const options = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
  for (const chunk of generateChunks(options)) if (!stdout.write(chunk)) await once(stdout, 'drain');
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) await main();
