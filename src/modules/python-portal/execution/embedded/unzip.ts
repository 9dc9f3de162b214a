import { inflateRawSync } from 'node:zlib';

/**
 * The files of a zip archive, by name.
 * Format: PKWARE APPNOTE 4.3, the central directory (4.3.12) found through its end record (4.3.16).
 *
 * @throws Error when the bytes are no zip archive
 */
export function unzip(archive: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength).lastIndexOf(
    'PK\u0005\u0006',
    undefined,
    'latin1',
  );
  if (end === -1) throw new Error('not a zip archive');
  const files = new Map<string, Uint8Array>();
  let entry = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const nameLength = view.getUint16(entry + 28, true);
    const name = Buffer.from(archive.subarray(entry + 46, entry + 46 + nameLength)).toString();
    const local = view.getUint32(entry + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const content = archive.subarray(start, start + view.getUint32(entry + 20, true));
    const isDeflated = view.getUint16(entry + 10, true) === 8;
    if (!name.endsWith('/')) files.set(name, isDeflated ? inflateRawSync(content) : content);
    entry += 46 + nameLength + view.getUint16(entry + 30, true) + view.getUint16(entry + 32, true);
  }
  return files;
}
