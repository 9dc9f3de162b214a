import fc from 'fast-check';
import { returnPage } from './return-page.js';

const back = 'https://learn.example.org/workshops?a=1&b=2';

describe('the page on which a browser arrives after a workshop', () => {
  it.each([
    'session-deleted',
    'session-expired',
    'session-invalid',
    'session-unavailable',
    'workshop-invalid',
    'startup-timeout',
  ])('says why for %s, and leads back', (notification) => {
    const page = returnPage(notification, back);
    expect(page).not.toContain('You have left the workshop');
    expect(page).toContain('href="https://learn.example.org/workshops?a=1&amp;b=2" target="_top"');
  });

  it('shows nothing of a notification that it does not know', () => {
    const plain = returnPage(undefined, back);
    fc.assert(fc.property(fc.string(), (text) => expect(returnPage(`x${text}`, back)).toBe(plain)));
    for (const name of ['constructor', '__proto__', 'toString']) expect(returnPage(name, back)).toBe(plain);
  });
});
