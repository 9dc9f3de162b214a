import { changeDetails } from './change-details.policy.js';

describe('the details of a change', () => {
  it('are the members that differ, on both sides', () => {
    const details = changeDetails(
      { name: 'A', config: { a: 1 }, same: [1] },
      { name: 'B', config: { a: 1, b: 2 }, same: [1] },
    );
    expect(details).toEqual({ before: '{"name":"A","config":{"a":1}}', after: '{"name":"B","config":{"a":1,"b":2}}' });
  });

  it('are null where a member is not there', () => {
    expect(changeDetails({ a: 1 }, { b: 2 })).toEqual({ before: '{"a":1,"b":null}', after: '{"a":null,"b":2}' });
  });

  it('end where an entry would grow too large', () => {
    expect(changeDetails({ a: 'x'.repeat(10_000) }, { a: '' }).before).toHaveLength(8000);
  });
});
