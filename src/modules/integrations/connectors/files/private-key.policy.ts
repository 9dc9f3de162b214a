/** As the client for SFTP tells it from the older forms, whose encryption costs nothing. */
const openSsh = /^-----BEGIN OPENSSH PRIVATE KEY-----\r?\n([\s\S]+)\r?\n-----END OPENSSH PRIVATE KEY-----$/;
const older = /^(-----BEGIN (RSA|DSA|EC) PRIVATE KEY-----\r?\n|PuTTY-User-Key-File-2: )/;
const magic = 'openssh-key-v1\0';
/** Each takes milliseconds in which the process does nothing else; `ssh-keygen` makes 16 or 24. */
const maxRounds = 24;

const unreadable = 'cannot be read; it must be a private key as ssh-keygen makes it';

/** Why a private key cannot be used for SFTP, as far as it shows without its passphrase; undefined when it can. */
export function privateKeyProblem(key: string): string | undefined {
  const text = key.trim();
  const encoded = openSsh.exec(text)?.[1];
  if (encoded === undefined) return older.test(text) ? undefined : unreadable;
  const rounds = roundsOf(Buffer.from(encoded, 'base64'));
  if (rounds === undefined) return unreadable;
  return rounds > maxRounds ? 'has too many KDF rounds; make it with ssh-keygen -a 16' : undefined;
}

/** Of the derivation of the key from its passphrase; 0 without one, undefined when it is no such key. See PROTOCOL.key of OpenSSH. */
function roundsOf(key: Buffer): number | undefined {
  if (key.toString('latin1', 0, magic.length) !== magic) return undefined;
  const cipher = stringAt(key, magic.length);
  const derivation = cipher && stringAt(key, cipher.end);
  const options = derivation && stringAt(key, derivation.end);
  if (options === undefined) return undefined;
  if (options.bytes.length === 0) return 0;
  const salt = stringAt(options.bytes, 0);
  // Nothing behind it: who reads another number than the client is deceived.
  if (salt === undefined || salt.end + 4 !== options.bytes.length) return undefined;
  return options.bytes.readUInt32BE(salt.end);
}

function stringAt(bytes: Buffer, start: number): { bytes: Buffer; end: number } | undefined {
  if (start + 4 > bytes.length) return undefined;
  const end = start + 4 + bytes.readUInt32BE(start);
  return end > bytes.length ? undefined : { bytes: bytes.subarray(start + 4, end), end };
}
