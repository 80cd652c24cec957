/// <reference lib="dom" />
import type { SessionPhase } from 'curfew/browser';
import type { Facts, LogEntry } from '../shared.js';
import { call } from './api.js';
import { bankView } from './bank-view.js';
import { byId, say } from './dom.js';
import { guardPage } from './guard.js';
import { showSession } from './hero-view.js';
import { followLog } from './live.js';
import { logView } from './log-view.js';
import { policyView } from './policy-view.js';
import { session } from './session.js';
import { showSessions } from './sessions-view.js';
import { poll, simulate } from './simulate-view.js';
import { askProof, closeProof } from './step-up.js';
import { timelineOf } from './timeline.js';
import { clockText, whyChallenged, whyEnded } from './words.js';

/** How often the picture is drawn again, and how long questions gather, in milliseconds. */
const DRAWN_EVERY = 250;
const GATHERED_FOR = 60;
const KEPT = 400;

const entries: LogEntry[] = [];
let facts: Facts | null = null;
/** What the server's clock is ahead of this page's; an answer is as old as its question. */
let ahead = 0;
let asked = 0;
let pending = false;
let phase: SessionPhase | null = null;

const log = logView();
const policy = policyView(refresh);
const bank = bankView({
  signedIn: () => session.refresh().then(refresh),
  refused: () => session.refresh().then(refresh),
});

const guard = guardPage({
  unlock: () => void unlock(),
  signIn: () => byId('bank').focus(),
});

/** Asks what there is to see. It is a look: nothing is renewed by it. */
function refresh(): void {
  if (pending) return;
  pending = true;
  setTimeout(() => {
    pending = false;
    load().catch(() => undefined);
  }, GATHERED_FOR);
}

async function load(): Promise<void> {
  const number = ++asked;
  const askedAt = performance.now();
  const { isOk, body } = await call<Facts>('GET', '/demo/facts', { activity: 'background' });
  // an answer that was overtaken shows what was
  if (!isOk || number !== asked) return;
  const before = facts?.session ?? null;
  // a session that is no more has nothing to be asked: its last picture stays until somebody signs in
  facts = body.session === null && before !== null ? { ...body, session: over(before.id) ?? before } : body;
  ahead = body.now - askedAt;
  bank.setAccounts(body.accounts);
  policy.show(body.policy, body.presets);
  say(byId('store'), body.store);
  if (isOpen(phase) && body.session !== null) welcome(body.session.subject);
  // a sign-in that this tab has not heard of yet
  if (phase === 'ended' && body.session !== null && body.session.ended === null) await session.refresh();
  draw();
}

/** A session as its end left it, from what the log says of that. */
function over(id: string): Facts['session'] {
  const end = entries.findLast((entry) => entry.sessionId === id && entry.isOver);
  const last = facts?.session ?? null;
  if (end === undefined || last === null) return null;
  return {
    ...last,
    ended: last.ended ?? { code: end.codes[0] ?? 'session_missing', since: end.at },
    sentence: end.sentence,
  };
}

function draw(): void {
  const shown = facts?.session ?? null;
  const now = ahead + performance.now();
  showSession(shown, shown === null ? null : timelineOf(shown, entries, now), now);
  showPill();
}

function isOpen(one: SessionPhase | null): boolean {
  return one === 'active' || one === 'warning' || one === 'locked' || one === 'unknown';
}

/** The session has gone from one state to another, by this tab's doing or another's, or by time. */
function onView(): void {
  const { view } = session;
  const before = phase;
  phase = view.phase;
  showPill();
  if (before === phase) return;
  if (phase === 'ended') goodbye(before, view.code);
  refresh();
}

function welcome(subject: string): void {
  if (bank.account()?.username === subject) return;
  bank.showApplication(subject);
  say(byId('who-name'), bank.account()?.name ?? subject);
  byId('who-name').hidden = false;
  byId('sign-out').hidden = false;
  showSessions(refresh).catch(() => undefined);
}

function goodbye(before: SessionPhase | null, code: string | null): void {
  closeProof();
  byId('who-name').hidden = true;
  byId('sign-out').hidden = true;
  if (isOpen(before) && facts?.session != null) sayWhy(codeOfEnd(code));
  else bank.showLogin(null);
  // a look writes no end down; a request has it decided, and logged
  if (code?.endsWith('_timeout')) poll().then(refresh);
}

function sayWhy(code: string | null): void {
  const why = whyEnded(code);
  // whoever signs out leaves nothing behind
  const kept = code?.startsWith('logout') ? '' : (bank.kept() ?? '');
  guard.setKept(kept);
  guard.explainEnd(why);
  bank.showLogin(`${why} ${kept}`.trim());
}

/** Where the cookie went with the session, the server knows no more than that there is none; the log does. */
function codeOfEnd(code: string | null): string | null {
  const isTold = code !== null && code !== 'session_missing';
  const own = facts?.session?.id;
  return isTold ? code : (entries.findLast((entry) => entry.sessionId === own && entry.isOver)?.codes[0] ?? code);
}

async function unlock(): Promise<void> {
  const { code, assuranceLevel } = session.view;
  const isProven = await askProof({
    title: 'Confirm that it is you',
    detail: whyChallenged(code),
    needsCode: assuranceLevel !== null && assuranceLevel !== 'aal1',
    account: bank.account(),
    otherwise: 'Not now',
  });
  if (isProven) await session.refresh();
  refresh();
}

function showPill(): void {
  const { phase: now, remainingMs } = session.read();
  const pill = byId('pill');
  const isKnown = now !== 'ended' || (facts?.session ?? null) !== null;
  const left = remainingMs === null ? '' : ` · ${clockText(remainingMs)}`;
  const words: Record<SessionPhase, string> = {
    active: `Active${left}`,
    warning: `Ends soon${left}`,
    locked: 'Locked',
    ended: isKnown ? 'Session ended' : 'Signed out',
    unknown: 'Cannot tell',
  };
  pill.dataset['phase'] = now === 'ended' && !isKnown ? 'none' : now;
  say(pill, words[now]);
}

function see(entry: LogEntry): void {
  entries.push(entry);
  if (entries.length > KEPT) entries.shift();
  log.add(entry);
  const own = facts?.session ?? null;
  const isOurs = own !== null && (entry.sessionId === own.id || entry.subject === own.subject);
  if (entry.kind === 'policy' || isOurs) refresh();
  if ((entry.kind === 'policy' || entry.isOver) && own !== null) session.refresh().catch(() => undefined);
  if (entry.isOver && entry.sessionId === own?.id && phase === 'ended')
    bank.showLogin(whyEnded(entry.codes[0] ?? null));
  const changesList = entry.type === 'start' || entry.type === 'revoked';
  if (isOurs && changesList && isOpen(phase)) showSessions(refresh).catch(() => undefined);
}

byId('sign-out').addEventListener('click', () => void session.signOut().then(refresh));
byId('sign-out-everywhere').addEventListener('click', () => {
  call('POST', '/session/logout-everywhere')
    .then(() => session.refresh())
    .then(refresh);
});
simulate({
  isSignedIn: () => isOpen(phase) && phase !== 'locked',
  refused: () => void session.refresh().then(refresh),
});
session.subscribe(onView);
onView();
followLog(see);
addEventListener('resize', draw);
setInterval(draw, DRAWN_EVERY);
refresh();
