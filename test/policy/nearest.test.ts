import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/policy/nearest.js';

const KEYS = ['idleTimeout', 'absoluteTimeout', 'warnBefore', 'clockLeeway', 'recordEvery'];

describe('the name that was most likely meant', () => {
  it.each([
    ['maxAge', 'absoluteTimeout'],
    ['ttl', 'absoluteTimeout'],
    ['lifetime', 'absoluteTimeout'],
    ['lifespan', 'absoluteTimeout'],
    ['expiresIn', 'absoluteTimeout'],
    ['inactivity_timeout', 'idleTimeout'],
    ['timeout', 'idleTimeout'],
    ['Warning', 'warnBefore'],
    ['leeway', 'clockLeeway'],
    ['clockTolerance', 'clockLeeway'],
    ['touch-after', 'recordEvery'],
  ])('of what other packages call %s is %s', (name, meant) => {
    expect(nearest(name, KEYS)).toBe(meant);
  });

  it('of what tokens call max_auth_age and acr is the operation key for it, where that may stand', () => {
    expect(nearest('max_auth_age', ['lease', 'authenticatedWithin'])).toBe('authenticatedWithin');
    expect(nearest('acr', ['lease', 'assuranceLevel'])).toBe('assuranceLevel');
    expect(nearest('acr', ['lease'])).toBeNull();
  });

  it.each([
    ['idelTimeout', 'idleTimeout'],
    ['IDLE_TIMEOUT', 'idleTimeout'],
    ['idle timeout 1', 'idleTimeout'],
    ['warnbfore', 'warnBefore'],
    ['warnsBefores', 'warnBefore'],
    ['recordEvary', 'recordEvery'],
  ])('of the slip %s is %s', (name, meant) => {
    expect(nearest(name, KEYS)).toBe(meant);
  });

  it('is the closest of several, wherever it stands in the list', () => {
    expect(nearest('rolls', ['roles', 'rolls2', 'polls2'])).toBe('roles');
    expect(nearest('rolls', ['polls2', 'rolls2', 'rails1'])).toBe('rolls2');
    expect(nearest('ab', ['abcd', 'abc', 'ab'])).toBe('ab');
  });

  // two letters, or a third of the name if that is more
  it.each([
    ['ro', 'role'],
    ['rolexx', 'role'],
    ['rxxe', 'role'],
    ['r', null],
    ['rolexxx', null],
    ['xxxe', null],
    ['warnbef', 'warnBefore'],
    ['warnbe', null],
    ['warn3efor3s', 'warnBefore'],
    ['warn3ef0r3s', null],
  ])('is close enough to %s, or there is none: %s', (name, meant) => {
    expect(nearest(name, ['role', 'warnBefore'])).toBe(meant);
  });

  it('is none where nothing is known, and for what every object has', () => {
    expect(nearest('idleTimeout', [])).toBeNull();
    expect(nearest('constructor', KEYS)).toBeNull();
  });
});
