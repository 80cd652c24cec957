import { createHash, timingSafeEqual } from 'node:crypto';
import type { AccountHint } from '../shared.js';

/** A seeded account. Everybody may know its password, which is why it is printed and shown. */
export interface Account extends AccountHint {
  readonly role: 'customer' | 'admin';
}

export const ACCOUNTS: readonly Account[] = [
  {
    username: 'alice',
    name: 'Alice Meadow',
    password: 'demo-alice',
    code: '314159',
    note: 'customer',
    role: 'customer',
  },
  { username: 'bob', name: 'Bob Harper', password: 'demo-bob', code: '271828', note: 'customer', role: 'customer' },
  {
    username: 'admin',
    name: 'Ada Marsh',
    password: 'demo-admin',
    code: '161803',
    note: 'administrator: idle for 45 s at most',
    role: 'admin',
  },
];

export function accountOf(username: unknown): Account | null {
  return ACCOUNTS.find((account) => account.username === username) ?? null;
}

/** Who it is, if the password is theirs. An unknown name takes as long as a wrong password. */
export function checkPassword(username: unknown, password: unknown): Account | null {
  const account = accountOf(username);
  const isRight = isSame(password, account?.password ?? '');
  return account !== null && isRight ? account : null;
}

export function isCode(account: Account, code: unknown): boolean {
  return isSame(code, account.code);
}

function isSame(given: unknown, right: string): boolean {
  if (typeof given !== 'string' || right === '') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}
