import { OutputBuffer, truncate } from './output-buffer.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('OutputBuffer', () => {
  it('keeps the beginning, counts the rest and says that something is missing', () => {
    const buffer = OutputBuffer.withCapacity(5);
    buffer.append(bytes('abc'));
    expect([buffer.text(), buffer.isCut]).toEqual(['abc', false]);
    buffer.append(bytes('defg'));
    buffer.append(bytes('h'));
    expect([buffer.text(), buffer.isCut, buffer.printedBytes]).toEqual(['abcde', true, 8]);
  });

  it('is seen by another thread through the shared memory', () => {
    const writer = OutputBuffer.withCapacity(10);
    const reader = new OutputBuffer(writer.shared);
    writer.append(bytes('hi'));
    expect(reader.text()).toBe('hi');
    expect(reader.take()).toBe('hi');
    writer.append(bytes('0123456789'));
    expect([reader.text(), reader.printedBytes]).toEqual(['0123456789', 12]);
  });

  it('replaces what is no UTF-8, and leaves out the character that the end cuts in two', () => {
    const cut = OutputBuffer.withCapacity(5);
    cut.append(bytes('ab€€'));
    expect(cut.text()).toBe('ab€');
    const whole = OutputBuffer.withCapacity(5);
    whole.append(Uint8Array.of(0x61, 0xff, 0xc3));
    expect(whole.text()).toBe('a\ufffd\ufffd');
    const mark = OutputBuffer.withCapacity(9);
    mark.append(bytes('\ufeffx'));
    expect(mark.text()).toBe('\ufeffx');
  });
});

describe('truncate', () => {
  it('never ends with half a character', () => {
    expect(truncate('abc', 3)).toBe('abc');
    expect(truncate('abc', 2)).toBe('ab');
    expect(truncate('a😀b', 2)).toBe('a');
    expect(truncate('a😀b', 3)).toBe('a😀');
    expect(truncate('abc', 0)).toBe('');
  });
});
