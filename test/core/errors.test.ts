import { expect, it } from 'vitest';
import { curfewError } from '../../src/core/errors.js';

it('an error has a code, every problem, and a line for each in its message', () => {
  const problems = [
    { path: '', code: 'type_wrong', message: 'write an object' },
    { path: '/id', code: 'required', message: 'write a name' },
  ];
  const error = curfewError('policy_invalid', 'this policy cannot be used:', problems);
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.problems]).toEqual(['CurfewError', 'policy_invalid', problems]);
  expect(error.message).toBe('this policy cannot be used:\n  (whole): write an object\n  /id: write a name');
});
