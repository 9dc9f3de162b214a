import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { python } from '../python-portal/sandbox-robot.js';
import { startAppProcess, type AppProcess } from '../support/app-process.js';
import { createTestDatabase } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

/** Everything that a hostile program tries, and what becomes of it, if it gets so far in its time. */
const hostile: [name: string, code: string, outcomes: string[]][] = [
  ['the environment', 'import os; print(dict(os.environ))', ['ok']],
  ['host files', 'open("/etc/passwd")', ['runtime-error']],
  ['/proc', 'open("/proc/self/environ")', ['runtime-error']],
  ['sockets', 'import socket; socket.create_connection(("127.0.0.1", 80))', ['runtime-error']],
  ['processes', 'import subprocess; subprocess.run(["ls"])', ['runtime-error']],
  ['fork', 'import os; os.fork()', ['runtime-error']],
  ['threads', 'import threading; threading.Thread(target=print).start()', ['runtime-error']],
  ['ctypes', 'import ctypes; ctypes.CDLL(None)', ['runtime-error']],
  ['gigabytes of files', 'f = open("f", "wb")\nwhile True: f.write(b"x" * 10**6)', ['runtime-error']],
  ['a huge list', 'x = [0] * 10**9', ['memory-limit']],
  ['a loop', 'while True: pass', ['timeout']],
  ['an endless print', 'while True: print("x")', ['output-limit']],
  ['interrupts ignored', 'while True:\n try:\n  while True: pass\n except BaseException: pass', ['timeout']],
  ['nested JSON', 'import json; json.loads("[" * 100_000)', ['runtime-error']],
  ['nested patterns', 'import re; re.compile("(" * 10_000 + ")" * 10_000)', ['runtime-error']],
  ['nested text', 'a = []\nfor i in range(100_000): a = [a]\nrepr(a)', ['runtime-error']],
  ['a catastrophic pattern', 'import re; re.match("(a+)+$", "a" * 50 + "b")', ['timeout']],
  ['a huge number', 'x = 10 ** 10 ** 8', ['timeout']],
  [
    'a report that lies',
    python(
      'import os',
      'from _lyceum import host',
      `os.write(host._outgoing, b'R{"name":"' + b"n" * 10**6 + b'","message":{"toString":1}}\\n')`,
      'os._exit(7)',
    ),
    ['runtime-error'],
  ],
  ['bytes that are no text', 'import os; os.write(1, b"\\xff\\xc3(\\xf0\\x9f\\x98")', ['ok']],
];
const floodSize = 200;
const attackers = 4;

interface Answer {
  status: number;
  data?: { outcome: string; output: string; accessToken: string };
}

describe('a flood of hostile programs', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let directory: string;
  let app: AppProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
    directory = mkdtempSync(path.join(tmpdir(), 'lyceum-flood-'));
    app = await startAppProcess({
      environment: {
        NODE_ENV: 'test',
        LOG_LEVEL: 'warn',
        DATABASE_URL: database.url,
        DATABASE_POOL_SIZE: '10',
        DATA_DIR: directory,
        RATE_LIMIT_MAX: '1000000',
        EXECUTION_CONCURRENCY: '2',
        EXECUTION_QUEUE_SIZE: '40',
        EXECUTION_WARM_INTERPRETERS: '2',
      },
      timeoutMs: 60_000,
    });
  }, 90_000);

  afterAll(async () => {
    await app.stop();
    await database.drop();
    rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  async function post(target: string, body: unknown, token?: string): Promise<Answer> {
    const response = await fetch(app.url + target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    const { data } = (await response.json()) as Pick<Answer, 'data'>;
    return { status: response.status, ...(data && { data }) };
  }

  async function register(name: string): Promise<string> {
    const body = { email: `${name}@example.org`, password: 'correct horse' };
    return (await post('/api/v1/auth/register', body)).data?.accessToken ?? '';
  }

  it('keeps nobody from a result and the process from nothing, and leaves nothing behind', async () => {
    const ann = await register('ann');
    const crowd = await Promise.all(Array.from({ length: attackers }, (_, index) => register(`mallory-${index}`)));
    // The comment makes each a program that was not run before.
    const honest = (number: number) => post('/api/v1/execute', { code: `print("honest")  # ${number}` }, ann);
    await honest(0);
    const residentBefore = residentMb(app.pid);

    const pending = { count: floodSize };
    const flood = Array.from({ length: floodSize }, async (_, index) => {
      const [name, code, outcomes] = hostile[index % hostile.length] as (typeof hostile)[number];
      const body = { code: `${code}\n# ${index}`, timeout: 1_000 };
      const { status, data } = await post('/api/v1/execute', body, crowd[index % attackers]);
      pending.count -= 1;
      return {
        name,
        status,
        isExpected: status === 429 || ['timeout', ...outcomes].includes(data?.outcome ?? ''),
        data,
      };
    });

    let lives = 0;
    const watch = (async () => {
      while (pending.count > 0) {
        const response = await fetch(`${app.url}/health/live`);
        await response.text();
        expect(response.status).toBe(200);
        lives += 1;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();

    for (let number = 1; number <= 5; number += 1) {
      expect(await honest(number)).toMatchObject({ status: 200, data: { outcome: 'ok', output: 'honest\n' } });
      if (number === 1) expect(pending.count).toBeGreaterThan(0);
    }

    const answers = await Promise.all(flood);
    await watch;
    expect(answers.filter(({ isExpected }) => !isExpected)).toEqual([]);
    expect(answers.some(({ status }) => status === 429)).toBe(true);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(20);
    expect(JSON.stringify(answers)).not.toMatch(/root:|DATABASE_URL/);
    expect(lives).toBeGreaterThan(1);

    expect(await honest(6)).toMatchObject({ status: 200, data: { outcome: 'ok' } });
    await waitFor(() => residentMb(app.pid) < residentBefore + 50, {
      timeoutMs: 120_000,
      intervalMs: 500,
      what: `the memory of the gateway to return to ${residentBefore.toFixed()} MB`,
    });
  }, 400_000);
});

/** Resident memory of a process in megabytes. */
function residentMb(processId: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
