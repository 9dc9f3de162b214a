import { parameterErrors } from './workshop-parameters.policy.js';

describe('parameterErrors', () => {
  it('lets texts under ordinary names pass', () => {
    expect(parameterErrors({})).toEqual([]);
    expect(parameterErrors({ REPOSITORY: 'https://git.example.org/x', branch_name: '', 'a.b-c': 'ü' })).toEqual([]);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ size: 3 }, 'parameters.size'],
    [{ list: ['x'] }, 'parameters.list'],
    [{ none: null }, 'parameters.none'],
    [{ '': 'x' }, 'parameters.'],
    [{ 'a b': 'x' }, 'parameters.a b'],
    [{ long: 'x'.repeat(4097) }, 'parameters.long'],
    [{ nul: 'a\0b' }, 'parameters.nul'],
    [Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`p${index}`, ''])), 'parameters'],
  ])('names what is wrong in %j', (parameters, field) => {
    expect(parameterErrors(parameters)).toEqual([{ field, message: expect.any(String) }]);
  });
});
