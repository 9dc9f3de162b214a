import fc from 'fast-check';
import { endId, idOf, outputSince, parseCursor, startOfEvents, type EventCursor } from './event-cursor.policy.js';

describe('event cursors', () => {
  it('survive the way through an id', () => {
    const count = fc.integer({ min: 0, max: 999_999_999 });
    fc.assert(
      fc.property(fc.record({ stdout: count, stderr: count }), (cursor) => {
        expect(parseCursor(idOf(cursor))).toEqual(cursor);
      }),
    );
    expect(parseCursor(endId)).toBe(endId);
  });

  it.each([[undefined], [''], ['x'], ['1'], ['1.2.3'], ['-1.0'], ['1e3.0'], ['9'.repeat(30) + '.0']])(
    'start at the beginning for %j',
    (id) => expect(parseCursor(id)).toEqual(startOfEvents),
  );

  it('give the whole output, once, wherever a stream was interrupted', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), fc.nat(), (stdout, stderr, one, other) => {
        const cut: EventCursor = { stdout: one % (stdout.length + 1), stderr: other % (stderr.length + 1) };
        const before = outputSince(
          { stdout: stdout.slice(0, cut.stdout), stderr: stderr.slice(0, cut.stderr) },
          startOfEvents,
        );
        const after = outputSince({ stdout, stderr }, cut);
        const heard = { stdout: '', stderr: '' };
        for (const { stream, text } of [...before, ...after]) heard[stream] += text;
        expect(heard).toEqual({ stdout, stderr });
      }),
    );
  });
});
