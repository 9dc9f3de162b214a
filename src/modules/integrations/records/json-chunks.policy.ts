const maxRows = 5000;
/** A single row may have more; a text of hundreds of megabytes is more than V8 can make. */
const maxChars = 8_388_608;

/** Rows of JSON as arrays that are small enough for one statement each, in their order. */
export function* jsonChunks(rows: readonly string[]): Generator<string, void, void> {
  let chunk: string[] = [];
  let chars = 0;
  for (const row of rows) {
    if (chunk.length >= maxRows || (chunk.length > 0 && chars + row.length > maxChars)) {
      yield `[${chunk.join(',')}]`;
      [chunk, chars] = [[], 0];
    }
    chunk.push(row);
    chars += row.length;
  }
  if (chunk.length > 0) yield `[${chunk.join(',')}]`;
}
