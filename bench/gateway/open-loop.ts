import { Agent, request as send, type IncomingMessage } from 'node:http';

export interface Load {
  url: string;
  method: string;
  headers: Record<string, string>;
  /** Of the request with this number. */
  body?: (index: number) => string;
  /** Headers of the request with this number, beside the others. */
  headersOf?: (index: number) => Record<string, string>;
  requestsPerSecond: number;
  seconds: number;
  /** A later answer is worth nothing: the client has gone. */
  deadlineMs: number;
  /** Of a good answer; 200 when left out. */
  goodStatus?: number;
  /** Told of every good answer when it has arrived. */
  onAnswer?: (index: number, body: string) => void;
}

export interface Answers {
  sent: number;
  /** Of good answers within the deadline, from when they were due to be sent: a server that cannot keep up gets no mercy. */
  latenciesMs: number[];
  /** How many ended with each status; 0 stands for no answer. */
  statuses: Map<number, number>;
}

const tickMs = 2;

/** Sends requests at a steady rate, whether earlier ones were answered or not, as many clients that do not know of each other do. */
export async function sendAtRate(load: Load): Promise<Answers> {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 1024 });
  const answers: Answers = { sent: 0, latenciesMs: [], statuses: new Map() };
  const total = Math.round(load.requestsPerSecond * load.seconds);
  const startedAt = performance.now();
  const pending: Promise<void>[] = [];
  const settle = async (index: number): Promise<void> => {
    const dueAt = startedAt + (index / load.requestsPerSecond) * 1_000;
    const { status, body } = await sendOne(load, agent, index);
    answers.statuses.set(status, (answers.statuses.get(status) ?? 0) + 1);
    if (status !== (load.goodStatus ?? 200)) return;
    answers.latenciesMs.push(performance.now() - dueAt);
    load.onAnswer?.(index, body);
  };
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      // The first at once: each is sent when it is due, and not when the next one is.
      const due = Math.min(total, 1 + Math.floor(((performance.now() - startedAt) / 1_000) * load.requestsPerSecond));
      while (answers.sent < due) pending.push(settle(answers.sent++));
      if (answers.sent === total) {
        clearInterval(timer);
        resolve();
      }
    }, tickMs);
  });
  await Promise.all(pending);
  agent.destroy();
  return answers;
}

function sendOne({ url, method, headers, body, headersOf, deadlineMs, onAnswer }: Load, agent: Agent, index: number) {
  return new Promise<{ status: number; body: string }>((resolve) => {
    const request = send(url, { method, headers: { ...headers, ...headersOf?.(index) }, agent });
    const deadline = setTimeout(() => request.destroy(new Error('too late')), deadlineMs);
    let text = '';
    const end = (status: number) => {
      clearTimeout(deadline);
      resolve({ status, body: text });
    };
    request.on('response', (response: IncomingMessage) => {
      response.on('end', () => end(response.statusCode ?? 0)).on('error', () => end(0));
      if (onAnswer === undefined) response.resume();
      else response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    });
    request.on('error', () => end(0));
    request.end(body?.(index));
  });
}
