import { correlationIdOf, requestContextOf } from './request-context.js';
import { continueTrace } from './trace-context.js';

describe('correlationIdOf', () => {
  it.each(['a', 'exec_1693_ab12', 'x'.repeat(128), 'a.b:c@d+e=f/g-h'])('takes %s', (id) => {
    expect(correlationIdOf(id)).toBe(id);
  });
  it.each(['', 'x'.repeat(129), 'a b', 'a\nb', '<script>', undefined, ['a', 'b']])('replaces %j', (id) => {
    expect(correlationIdOf(id)).toMatch(/^[\da-f]{8}-/);
  });
});

describe('continueTrace', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  it('keeps trace id and flags, with a span of its own', () => {
    const next = continueTrace(`00-${trace}-00f067aa0ba902b7-00`);
    expect(next).toMatch(new RegExp(`^00-${trace}-[\\da-f]{16}-00$`));
    expect(next).not.toContain('00f067aa0ba902b7');
  });
  it.each([
    undefined,
    '',
    'garbage',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `ff-${trace}-00f067aa0ba902b7-01`,
    `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`,
  ])('replaces %s', (header) => {
    expect(continueTrace(header)).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
    expect(continueTrace(header)).not.toContain(trace);
  });
});

it('puts the trace into the context that outbound calls continue', () => {
  const context = requestContextOf('abc', { traceparent: undefined }, '192.0.2.1');
  expect(context).toEqual({ correlationId: 'abc', traceparent: expect.stringMatching(/^00-/), address: '192.0.2.1' });
});
