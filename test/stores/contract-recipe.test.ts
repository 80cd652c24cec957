import { describe, expect, it } from 'vitest';
import { checkStore } from '../../docs/recipes/own-store.js';

describe('the store of the guide', () => {
  checkStore(it);

  it('is tried by every case, and excused from those alone that it names', () => {
    const names: string[] = [];
    checkStore((name) => void names.push(name));
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => name.includes('(not applicable: ')).length).toBeLessThan(20);
  });
});
