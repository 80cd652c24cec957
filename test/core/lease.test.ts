import { describe, expect, it } from 'vitest';
import { finishedLease, heldLease, leased, openedLease } from '../../src/core/lease.js';
import { NO_RISKS } from '../../src/core/signals.js';
import type { Lease } from '../../src/index.js';
import { minutes, policyWith, user } from '../evaluate/support.js';

const policy = policyWith({ operations: { export: { lease: '20m' }, print: { lease: '5m' }, pay: {} } });
const lease: Lease = { operation: 'export', from: minutes(10), until: minutes(30) };

describe('a lease', () => {
  it('keeps a session to its end, if that is later than the idle deadline', () => {
    expect([leased(5, null), leased(5, lease), leased(minutes(31), lease)]).toEqual([5, minutes(30), minutes(31)]);
  });

  it('holds unless somebody authenticated after it began', () => {
    expect(heldLease(policy, lease, minutes(10), NO_RISKS)).toBe(lease);
    expect(heldLease(policy, lease, minutes(10) + 1, NO_RISKS)).toBeNull();
  });

  it('holds no longer than today’s policy gives, and not at all where it gives none', () => {
    const shorter = policyWith({ operations: { export: { lease: '10m' } } });
    expect(heldLease(shorter, lease, 0, NO_RISKS)).toEqual({ ...lease, until: minutes(20) });
    for (const operations of [{}, { export: {} }]) {
      expect(heldLease(policyWith({ operations }), lease, 0, NO_RISKS)).toBeNull();
    }
    expect(heldLease(policy, { ...lease, operation: 'constructor' }, 0, NO_RISKS)).toBeNull();
  });

  it('holds as long as risks are only observed', () => {
    const risk = (then: 'observe' | 'challenge' | 'end') =>
      policyWith({ risk: [{ signal: 'a', then }] }).risk.map((rule) => ({ rule, since: 0 }));
    expect(heldLease(policy, lease, 0, risk('observe'))).toBe(lease);
    expect(heldLease(policy, lease, 0, risk('challenge'))).toBeNull();
    expect(heldLease(policy, lease, 0, [...risk('observe'), ...risk('end')])).toBeNull();
  });

  it('ends when its operation does, not when another does, and never later than it would', () => {
    const finish = (operation: string, at: number) =>
      finishedLease(lease, { type: 'operation_finished', operation, at });
    expect(finish('export', minutes(15))).toEqual({ ...lease, until: minutes(15) });
    expect(finish('print', minutes(15))).toBe(lease);
    expect(finish('export', minutes(30))).toBe(lease);
    expect(finish('export', minutes(31))).toBe(lease);
  });

  it('is opened by a request for an operation that has one, if it lasts longer than the one that holds', () => {
    const grounds = { lease: null, authenticatedAt: 0, risks: NO_RISKS };
    const open = (at: number, operation: string | undefined, held: Lease | null = null) =>
      openedLease(policy, user(at, operation === undefined ? {} : { operation }), { ...grounds, lease: held });
    expect(open(minutes(10), 'export')).toEqual(lease);
    expect(open(minutes(10), undefined)).toBeNull();
    expect(open(minutes(10), 'pay')).toBeNull();
    expect(open(minutes(12), undefined, lease)).toBe(lease);
    expect(open(minutes(12), 'pay', lease)).toBe(lease);
    expect(open(minutes(12), 'print', lease)).toBe(lease);
    expect(open(minutes(25), 'print', lease)).toBe(lease);
    expect(open(minutes(26), 'print', lease)).toEqual({ operation: 'print', from: minutes(26), until: minutes(31) });
    expect(open(minutes(31), 'pay', lease)).toBe(lease);
  });
});
