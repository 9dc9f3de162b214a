import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { privateKeyProblem } from './private-key.policy.js';

const hasKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined;

const string = (bytes: string | Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, Buffer.from(bytes)]);
};
const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

function keyWith(options: Buffer, newline = '\n', magic = 'openssh-key-v1\0'): string {
  const body = Buffer.concat([Buffer.from(magic), string('aes256-ctr'), string('bcrypt'), string(options), number(1)]);
  const lines = body.toString('base64').replace(/(.{70})/g, `$1${newline}`);
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', lines, '-----END OPENSSH PRIVATE KEY-----', ''].join(newline);
}

const withRounds = (rounds: number) => Buffer.concat([string('0123456789abcdef'), number(rounds)]);

describe('privateKeyProblem', () => {
  it.each(['\n', '\r\n'])('bounds the rounds of a key whose lines end with %j', (newline) => {
    expect(privateKeyProblem(keyWith(withRounds(24), newline))).toBeUndefined();
    for (const rounds of [25, 0xffff_ffff]) {
      expect(privateKeyProblem(`\n ${keyWith(withRounds(rounds), newline)}`)).toContain('too many KDF rounds');
    }
  });

  it.each([
    ['', 'nothing'],
    ['a private key', 'some text'],
    [keyWith(withRounds(16), '\n', 'openssh-key-v2\0'), 'another version'],
    [keyWith(Buffer.concat([withRounds(1_000_000), number(1)])), 'another number behind the rounds'],
    [keyWith(string('salt without rounds')), 'no rounds'],
    [keyWith(Buffer.from([0xff, 0xff, 0xff, 0xff, 0])), 'a salt that is longer than all'],
    [keyWith(withRounds(1_000_000)).replace('BEGIN OPENSSH', 'BEGIN ANY'), 'another head'],
  ])('takes no %j for a key: %s', (key) => {
    expect(privateKeyProblem(key)).toContain('cannot be read');
  });

  it('takes keys of the older form', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(privateKeyProblem(privateKey.export({ type: 'sec1', format: 'pem' }) as string)).toBeUndefined();
  });

  (hasKeygen ? it : it.skip)('takes what ssh-keygen makes', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lyceum-key-'));
    const make = (name: string, ...options: string[]): string => {
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-f', path.join(folder, name), ...options]);
      return readFileSync(path.join(folder, name), 'utf8');
    };
    const problems = [
      privateKeyProblem(make('plain', '-N', '')),
      privateKeyProblem(make('encrypted', '-N', 'a passphrase')),
      privateKeyProblem(make('slow', '-N', 'a passphrase', '-a', '32')),
    ];
    rmSync(folder, { recursive: true });
    expect(problems).toEqual([undefined, undefined, expect.stringContaining('too many KDF rounds')]);
  });
});
