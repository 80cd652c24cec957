import { describe, it } from 'vitest';
import { frameworkContract } from '../../src/testing/framework-contract.js';
import { APPS } from './apps/all.js';

describe.each(Object.entries(APPS))('%s', (_, makeApp) => {
  for (const { name, run } of frameworkContract({ makeApp })) it(name, run);
});
