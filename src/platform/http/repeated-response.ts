import type { ServerResponse } from 'node:http';

/** Where Node.js keeps the head of a response, and whether it is out; not in its types. */
interface ResponseState {
  _header: string | null;
  _headerSent: boolean;
}

/** What Node.js wrote around the headers that differ: the status line and the same headers before, what keeps the connection after. */
interface KnownHead {
  readonly before: string;
  readonly after: string;
}

const knownHeads = new WeakMap<readonly string[], KnownHead>();

/**
 * Sends a response that differs from earlier ones in a few headers only. Node.js checks and writes the whole head of the first one; the
 * next get the same text around their own headers, and leave with their body in one write. Node.js would build each head anew and
 * write it beside the body, which takes a quarter of what a small answer costs (docs/adr/0014).
 *
 * @param headers names and values in turn, `content-length` among them; the same list each time
 * @param own the headers that differ; nothing in them may need checking
 * @param body one character a byte
 */
export function sendRepeated(
  response: ServerResponse,
  headers: readonly string[],
  own: readonly string[],
  body: string,
): void {
  const known = knownHeads.get(headers);
  const { socket } = response;
  // Without a socket it is not its turn: an earlier request of the connection has no response yet (pipelining).
  if (known === undefined || socket === null || !response.shouldKeepAlive) {
    response.writeHead(200, headers.concat(own));
    // Without headers of its own it is the only one of its kind, and there would be nothing to find again.
    if (known === undefined && own.length > 0) learnHead(response, headers, own);
    // Written on its own: what goes with `end` is copied once more, to be sent together with its (empty) rest.
    response.write(body, 'latin1');
  } else {
    const head = `${known.before}${linesOf(own)}${dateLine()}${known.after}`;
    const state = response as unknown as ResponseState;
    state._header = head;
    state._headerSent = true;
    socket.write(head + body, 'latin1');
  }
  response.end();
}

/** Keeps nothing of a response after which the connection closes, or whose head is not as expected. */
function learnHead(response: ServerResponse, headers: readonly string[], own: readonly string[]): void {
  const { _header: head } = response as unknown as ResponseState;
  const ownAt = head?.indexOf(`${linesOf(own)}Date: `) ?? -1;
  const afterAt = head?.indexOf('Connection: keep-alive\r\n', ownAt) ?? -1;
  if (head === null || ownAt === -1 || afterAt === -1 || !response.shouldKeepAlive) return;
  knownHeads.set(headers, { before: head.slice(0, ownAt), after: head.slice(afterAt) });
}

function linesOf(headers: readonly string[]): string {
  let lines = '';
  for (let index = 0; index < headers.length; index += 2) lines += `${headers[index]}: ${headers[index + 1]}\r\n`;
  return lines;
}

let dateSecond = 0;
let currentDateLine = '';

/** RFC 9110 section 6.6.1, with the precision of a second. */
function dateLine(): string {
  const now = Date.now();
  const second = Math.floor(now / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    currentDateLine = `Date: ${new Date(now).toUTCString()}\r\n`;
  }
  return currentDateLine;
}
