import fc from 'fast-check';
import { describeBody, maxEventBodyBytes } from './incoming-body.policy.js';

describe('the body of a received webhook in its event', () => {
  it('is the parsed value for JSON of any kind', () => {
    const storable = fc
      .jsonValue({ noUnicodeString: true })
      .filter((value) => !JSON.stringify(value).includes('\\u0000'));
    fc.assert(
      fc.property(storable, (value) => {
        const text = JSON.stringify(value);
        expect(describeBody(Buffer.from(text))).toEqual({ body: JSON.parse(text), isBodyIncluded: true });
      }),
    );
  });

  it('never holds what Postgres cannot store, nor throws, whatever arrives', () => {
    const bytes = fc.oneof(
      fc.uint8Array().map((array) => Buffer.from(array)),
      fc.json({ stringUnit: 'binary' }).map((text) => Buffer.from(text)),
      fc
        .string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\u0000', '\\ud800', '\0', ':', ',', 'a') })
        .map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        const described = JSON.stringify(describeBody(body));
        // An escaped backslash before u0000 is plain text.
        expect(described.replaceAll('\\\\', '')).not.toMatch(/\\u0000|\\ud[89a-f]/i);
      }),
      { numRuns: 500 },
    );
  });

  it('is left out when it is large or binary', () => {
    expect(describeBody(Buffer.alloc(maxEventBodyBytes + 1, 'x'))).toEqual({ body: null, isBodyIncluded: false });
    expect(describeBody(Buffer.from([0xc3, 0x28]))).toEqual({ body: null, isBodyIncluded: false });
  });
});
