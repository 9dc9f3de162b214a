import * as fc from 'fast-check';
import { isAcceptablePassword, normalizePassword } from './password.policy.js';

describe('isAcceptablePassword', () => {
  it.each([
    ['1234567', false],
    ['12345678', true],
    ['        ', true],
    ['🐍'.repeat(7), false],
    ['🐍'.repeat(8), true],
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    [`${'x'.repeat(8)}\ud83d`, false],
    ['', false],
  ])('says of %j %s', (password, expected) => {
    expect(isAcceptablePassword(password)).toBe(expected);
  });

  it('asks for nothing but the number of characters', () => {
    const character = fc.integer({ min: 0, max: 0x10ffff }).filter((code) => code < 0xd800 || code > 0xdfff);
    fc.assert(
      fc.property(fc.array(character, { maxLength: 140 }), (codes) => {
        const isLongEnough = codes.length >= 8 && codes.length <= 128;
        expect(isAcceptablePassword(String.fromCodePoint(...codes))).toBe(isLongEnough);
      }),
    );
  });
});

it('normalizePassword makes composed and decomposed characters one, and changes nothing else', () => {
  expect(normalizePassword('e\u0301')).toBe('\u00e9');
  expect(normalizePassword(' \uff21 A ')).toBe(' \uff21 A ');
  fc.assert(fc.property(fc.string(), (text) => normalizePassword(normalizePassword(text)) === normalizePassword(text)));
});
