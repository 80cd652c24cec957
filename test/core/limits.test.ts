import { describe, expect, it } from 'vitest';
import { knownContext } from '../../src/core/context.js';
import { limitsOf, type Surroundings } from '../../src/core/limits.js';
import type { Attention, Attributes, Requested } from '../../src/core/session.js';
import type { ActiveRisk } from '../../src/core/signals.js';
import type { ConditionDocument, PolicyDocument } from '../../src/index.js';
import { minutes, policyWith } from '../evaluate/support.js';

const NETWORKS = { office: ['10.0.0.0/8'], home: ['192.0.2.1'] };

interface Around {
  readonly attributes?: Attributes;
  readonly ip?: string;
  readonly attention?: Attention;
}

/** The limits in minutes, as `idle/absolute`, and whether more was asked for than there is. */
function limits(part: Partial<PolicyDocument>, around: Around = {}, requested: Requested | null = null): string {
  const policy = policyWith({ networks: NETWORKS, ...part });
  const surroundings: Surroundings = {
    attributes: around.attributes ?? {},
    context: knownContext(policy, around.ip === undefined ? undefined : { ip: around.ip }, 0),
    attention: around.attention ?? 'visible',
  };
  const risks: ActiveRisk[] = policy.risk.map((rule) => ({ rule, since: 0 }));
  const { idleTimeout, absoluteTimeout, isClamped } = limitsOf(policy, surroundings, requested, risks);
  return `${idleTimeout / minutes(1)}/${absoluteTimeout / minutes(1)}${isClamped === true ? ' clamped' : ''}`;
}

const when = (asked: ConditionDocument['when'], part: Partial<ConditionDocument>): ConditionDocument => ({
  when: asked,
  ...part,
});

describe('a condition tightens', () => {
  const admin = when({ attributes: { role: ['admin', 'root'], plan: [1] } }, { idleTimeout: '5m' });
  it.each<[Attributes, string]>([
    [{ role: 'admin', plan: 1 }, '5/480'],
    [{ role: ['user', 'root'], plan: 1 }, '5/480'],
    [{ role: 'user', plan: 1 }, '15/480'],
    [{ role: 'admin', plan: 2 }, '15/480'],
    [{ role: 'admin', plan: '1' }, '15/480'],
    [{ role: ['user'], plan: 1 }, '15/480'],
    [{ role: 'admin' }, '15/480'],
    [{}, '15/480'],
  ])('those with %j to %s', (attributes, expected) => {
    expect(limits({ conditions: [admin] }, { attributes })).toBe(expected);
  });

  it('nobody for what every object has', () => {
    const conditions = [when({ attributes: { constructor: ['x'] } }, { idleTimeout: '5m' })];
    expect(limits({ conditions }, { attributes: {} })).toBe('15/480');
  });

  it.each<[Attention, 'hidden' | 'locked', string]>([
    ['visible', 'hidden', '15/480'],
    ['hidden', 'hidden', '5/480'],
    ['locked', 'hidden', '5/480'],
    ['visible', 'locked', '15/480'],
    ['hidden', 'locked', '15/480'],
    ['locked', 'locked', '5/480'],
  ])('a %s page, asked for a %s one, to %s', (attention, asked, expected) => {
    expect(limits({ conditions: [when({ attention: asked }, { idleTimeout: '5m' })] }, { attention })).toBe(expected);
  });

  it('by the strictest of all that match, each limit for itself', () => {
    const conditions = [
      when({ network: 'office' }, { idleTimeout: '10m', absoluteTimeout: '1h' }),
      when({ network: ['home', 'office'] }, { idleTimeout: '5m', absoluteTimeout: '2h' }),
      when({ network: 'home' }, { idleTimeout: '1m', absoluteTimeout: '1m' }),
    ];
    expect(limits({ conditions }, { ip: '10.1.2.3' })).toBe('5/60');
    expect(limits({ conditions }, { ip: '203.0.113.7' })).toBe('15/480');
    expect(limits({ conditions: conditions.slice(0, 1), absoluteTimeout: '30m' }, { ip: '10.1.2.3' })).toBe('10/30');
  });

  it('only where all that it names is so', () => {
    const conditions = [when({ network: 'office', attributes: { role: ['admin'] } }, { absoluteTimeout: '1h' })];
    expect(limits({ conditions }, { ip: '10.1.2.3', attributes: { role: 'admin' } })).toBe('15/60');
    expect(limits({ conditions }, { ip: '10.1.2.3' })).toBe('15/480');
    expect(limits({ conditions }, { attributes: { role: 'admin' } })).toBe('15/480');
  });
});

describe('a relaxation', () => {
  const relaxed = (network: string, idleTimeout: string) => when({ network }, { idleTimeout, relax: true });

  it('replaces the base, the strictest first, and all else tightens that', () => {
    const conditions = [relaxed('office', '1h'), relaxed('office', '2h'), relaxed('home', '20m')];
    expect(limits({ conditions }, { ip: '10.1.2.3' })).toBe('60/480');
    expect(limits({ conditions }, { ip: '192.0.2.1' })).toBe('20/480');
    expect(limits({ conditions })).toBe('15/480');
    const hidden = when({ attention: 'hidden' }, { idleTimeout: '30m' });
    expect(limits({ conditions: [...conditions, hidden] }, { ip: '10.1.2.3', attention: 'hidden' })).toBe('30/480');
  });
});

describe('a risk', () => {
  it('tightens by the strictest of all that apply', () => {
    const tighten = (signal: string, limit: object) => ({ signal, then: { tighten: limit } });
    const risk = [
      tighten('a', { idleTimeout: '5m' }),
      tighten('b', { idleTimeout: '2m', absoluteTimeout: '2h' }),
      tighten('c', { absoluteTimeout: '1h' }),
    ];
    expect(limits({ risk })).toBe('2/60');
    expect(limits({ risk: risk.slice(0, 1) })).toBe('5/480');
  });
});

describe('what a client asks for', () => {
  const part = { requestable: { idleTimeout: '30m', absoluteTimeout: '24h' } };
  it.each<[Requested, string]>([
    [{ idleTimeout: minutes(30), absoluteTimeout: minutes(1440) }, '30/1440'],
    [{ idleTimeout: minutes(20) }, '20/480'],
    [{ absoluteTimeout: minutes(600) }, '15/600'],
    [{ idleTimeout: minutes(5), absoluteTimeout: minutes(60) }, '5/60'],
    [{ idleTimeout: minutes(31) }, '30/480 clamped'],
    [{ absoluteTimeout: minutes(1441) }, '15/1440 clamped'],
    [{}, '15/480'],
  ])('it gets as far as it may: %j, %s', (requested, expected) => {
    expect(limits(part, {}, requested)).toBe(expected);
  });

  it('is nothing more than it has where nothing is requestable, and no more than conditions leave', () => {
    expect(limits({}, {}, { idleTimeout: minutes(16) })).toBe('15/480 clamped');
    const conditions = [when({ attention: 'hidden' }, { idleTimeout: '10m', absoluteTimeout: '2h' })];
    const asked = { idleTimeout: minutes(20), absoluteTimeout: minutes(600) };
    expect(limits({ ...part, conditions }, { attention: 'hidden' }, asked)).toBe('10/120');
  });

  it('counts beside a relaxed base', () => {
    const conditions = [when({ network: 'office' }, { idleTimeout: '1h', relax: true })];
    expect(limits({ ...part, conditions }, { ip: '10.1.2.3' }, {})).toBe('60/480');
    expect(limits({ ...part, conditions }, { ip: '10.1.2.3' }, { idleTimeout: minutes(61) })).toBe('60/480 clamped');
  });
});
