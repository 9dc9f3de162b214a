import { JwtService } from '@nestjs/jwt';
import { AccessTokens } from './access-tokens.js';

const jwt = new JwtService({ secret: 'a secret for this test', signOptions: { expiresIn: 60 } });
const claims = {
  sub: '0190a1b2-0000-7000-8000-000000000001',
  sid: '0190a1b2-0000-7000-8000-000000000002',
  role: 'student',
} as const;

describe('AccessTokens', () => {
  afterEach(() => jest.useRealTimers());

  it('knows a token that it has read, until its time has run out', () => {
    jest.useFakeTimers({ now: 1_000_000_000_000 });
    const tokens = new AccessTokens(jwt);
    const token = tokens.sign(claims);
    expect(tokens.findVerified(token)).toBeUndefined();
    expect(tokens.read(token)).toMatchObject(claims);
    jest.setSystemTime(1_000_000_059_999);
    expect(tokens.findVerified(token)).toMatchObject(claims);
    jest.setSystemTime(1_000_000_060_000);
    expect(tokens.findVerified(token)).toBeUndefined();
    expect(tokens.read(token)).toBeNull();
  });

  it('never knows a token whose signature is wrong', () => {
    const tokens = new AccessTokens(jwt);
    const token = tokens.sign(claims);
    tokens.read(token);
    const forged = token.slice(0, -3) + (token.endsWith('AAA') ? 'BBB' : 'AAA');
    expect(tokens.read(forged)).toBeNull();
    expect(tokens.findVerified(forged)).toBeUndefined();
  });
});
