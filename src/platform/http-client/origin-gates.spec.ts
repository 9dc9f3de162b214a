import assert from 'node:assert/strict';
import { OriginGates } from './origin-gates.js';
import { defaultResilience } from './resilience-settings.js';

const gatesOf = (maxOrigins: number): OriginGates => new OriginGates({ ...defaultResilience, maxOrigins }, () => 0);
const url = (host: string): URL => new URL(`https://${host}/some/path`);

describe('OriginGates', () => {
  it('has one gate for each origin and trust level', () => {
    const gates = gatesOf(10);
    expect(gates.of('caller', url('a.example'))).toBe(gates.of('caller', new URL('https://a.example:443/else?x=1')));
    expect(gates.of('caller', url('a.example'))).not.toBe(gates.of('caller', url('a.example:8443')));
    expect(gates.of('caller', url('a.example'))).not.toBe(gates.of('operator', url('a.example')));
  });

  it('forgets the origin that was unused for longest', () => {
    const gates = gatesOf(2);
    const [a, b] = [gates.of('caller', url('a.example')), gates.of('caller', url('b.example'))];
    gates.of('caller', url('a.example'));
    gates.of('caller', url('c.example'));
    expect(gates.of('caller', url('a.example'))).toBe(a);
    expect(gates.of('caller', url('b.example'))).not.toBe(b);
  });

  it('does not forget an origin with calls under way', () => {
    const gates = gatesOf(1);
    const busy = gates.of('caller', url('busy.example'));
    const pass = busy.tryEnter(true);
    assert(pass !== undefined);
    for (const host of ['a.example', 'b.example', 'c.example']) gates.of('caller', url(host));
    expect(gates.of('caller', url('busy.example'))).toBe(busy);
    busy.leave(pass, 'succeeded');
    gates.of('caller', url('d.example'));
    expect(gates.of('caller', url('busy.example'))).not.toBe(busy);
  });

  it('does not let callers push out the origins of the operator', () => {
    const gates = gatesOf(3);
    const own = gates.of('operator', url('executor.internal'));
    for (let i = 0; i < 100; i += 1) gates.of('caller', url(`h${i}.example`));
    expect(gates.of('operator', url('executor.internal'))).toBe(own);
  });
});
