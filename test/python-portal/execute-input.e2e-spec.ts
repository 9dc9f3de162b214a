import { expectMatchesOpenApi } from '../support/openapi.js';
import { startTestApp, type TestResponse } from '../support/test-app.js';
import { PortalRobot, rightGreeting } from './portal-robot.js';

// The sandbox compiles Python at its first run, which takes its time on a busy machine.
jest.setTimeout(60_000);

describe('POST /execute takes what people send', () => {
  let portal: PortalRobot;
  let ada: string;

  beforeAll(async () => {
    portal = new PortalRobot(await startTestApp());
    ada = await portal.student();
    await portal.execute(ada, { code: 'pass' });
  });
  afterAll(() => portal.app.stop());

  async function execute(body: unknown, token = ada): Promise<TestResponse> {
    const answer = await portal.execute(token, body);
    expectMatchesOpenApi(portal.app, answer, 'POST', '/api/v1/execute');
    return answer;
  }

  it.each([
    ['nothing but white space', ' \n\t\n', ''],
    ['a comment', '# nothing\n', ''],
    ['lines that end in CR LF', 'if True:\r\n    print("a")\r\nprint("""b\r\nc""")\r\n', 'a\nb\nc\n'],
    ['lines that end in CR', 'x = 1\rprint(x)\r', '1\n'],
    ['a byte order mark', '\ufeffprint("marked")', 'marked\n'],
    ['a coding comment', '# -*- coding: latin-1 -*-\nprint("é")', 'é\n'],
    ['a form feed', '\fprint(1)\n', '1\n'],
    ['names of all languages', 'größe, 数 = 1, 2\nprint(größe + 数)', '3\n'],
    ['a main guard', 'def main():\n    print("main")\nif __name__ == "__main__":\n    main()', 'main\n'],
    ['sys.exit(0)', 'import sys\nprint("a")\nsys.exit(0)\n', 'a\n'],
    ['files', 'with open("file.txt", "w") as f: f.write("é")\nprint(open("file.txt").read())', 'é\n'],
    ['re.compile', 'import re\nprint(re.compile("b+").sub("x", "abbc"))', 'axc\n'],
    ['deep recursion', 'def f(n): return 0 if n == 0 else 1 + f(n - 1)\nprint(f(900))', '900\n'],
  ])('%s', async (_, code, output) => {
    const { status, json } = await execute({ code });
    expect(status).toBe(200);
    expect(json.data).toMatchObject({ outcome: 'ok', success: true, output });
    expect(json.data).not.toHaveProperty('error');
  });

  it('all of 50 000 characters, none more', async () => {
    const code = `print("${'x'.repeat(50_000 - 9)}")`;
    expect(code).toHaveLength(50_000);
    const { json } = await execute({ code });
    expect(json.data).toMatchObject({ outcome: 'ok', truncated: true });
    expect((await execute({ code: `${code} ` })).status).toBe(400);
  });

  it.each([
    ['a last line without an end', 'a\nb', "['a', 'b']\n"],
    ['lines that end in CR LF, as Python on Linux reads them', 'a\r\nb\r\n', "['a\\r', 'b\\r']\n"],
    ['a zero byte', 'a\0\nb\n', "['a\\x00', 'b']\n"],
    ['a character that no file has', 'a\ud800\nb\n', "['a\ufffd', 'b']\n"],
  ])('input with %s', async (_, stdin, output) => {
    const { json } = await execute({ code: 'print([input(), input()])', stdin });
    expect(json.data).toMatchObject({ outcome: 'ok', output });
  });

  it.each([
    ['absent', {}],
    ['empty', { stdin: '' }],
  ])('input() meets the end of input that is %s', async (_, stdin) => {
    const { json } = await execute({ code: 'print("before")\ninput()\n', ...stdin });
    expect(json.data).toMatchObject({
      outcome: 'runtime-error',
      output: 'before\n',
      error: { name: 'EOFError', line: 2 },
    });
  });

  it('members that are null as if they were not there', async () => {
    const nothing = { exerciseId: null, runTests: null, stdin: null, testCode: null, timeout: null, memoryLimit: null };
    const { status, json } = await execute({ code: 'import sys\nprint(repr(sys.stdin.read()))', ...nothing });
    expect([status, json.data?.output]).toEqual([200, "''\n"]);
    const graded = await execute({ ...nothing, code: rightGreeting, runTests: true });
    expect(graded.json.code).toBe('runs.exercise-needed');
    expect((await execute({ code: null })).status).toBe(400);
  });

  it('code with a zero byte, or half a character, graded too', async () => {
    const zero = await execute({ code: 'x = "\0"\n' });
    expect(zero.json.data).toMatchObject({ outcome: 'syntax-error', error: { name: 'SyntaxError' } });
    for (const code of [`${rightGreeting}# \ud800\n`, `${rightGreeting}# \0\n`]) {
      const { status, json } = await execute({ code, exerciseId: 'E0_greet', runTests: true });
      expect(status).toBe(200);
      expect(['ok', 'syntax-error']).toContain(json.data.outcome);
    }
    expect(await portal.attempts(ada)).toBe(2);
  });

  it.each([
    ['timeout', 'print("kept", end="")\nwhile True: pass', { timeout: 1000 }, 'TimeoutError'],
    ['memory-limit', 'print("kept", end="")\nx = [0] * 10**9', { memoryLimit: 32 }, 'MemoryError'],
    ['output-limit', 'print("kept", end="")\nwhile True: print("x" * 1000)', {}, 'OutputLimit'],
    ['runtime-error', 'print("kept", end="")\nraise KeyError("k")', {}, 'KeyError'],
    ['syntax-error', 'print("kept"\n', {}, 'SyntaxError'],
  ])('a program with the outcome %s, and keeps what it printed', async (outcome, code, limits, name) => {
    const { status, json } = await execute({ code, ...limits });
    expect(status).toBe(200);
    expect(json.data).toMatchObject({ success: false, outcome, error: { name, message: expect.any(String) } });
    expect(json.data.output.slice(0, 4)).toBe(outcome === 'syntax-error' ? '' : 'kept');
    if (outcome.endsWith('error')) {
      expect(json.data.error.line).toBe(outcome === 'syntax-error' ? 1 : 2);
      expect(json.data.error.traceback).toContain('starter.py');
      expect(json.data.error.traceback).toContain(`${name}: `);
    }
  });

  it.each([
    ['do not parse', 'def test_a(:\n'],
    ['hold no case', '# none yet\n'],
    ['hold a zero byte', 'assert True\0'],
  ])('tests that %s: they are rejected, which is no fault of the program', async (_, testCode) => {
    const answer = await portal.app.request('POST', '/api/v1/execute', {
      asAdmin: true,
      body: { code: rightGreeting, testCode },
    });
    expectMatchesOpenApi(portal.app, answer, 'POST', '/api/v1/execute');
    expect(answer.json.data).toMatchObject({ success: false, outcome: 'rejected', error: { name: 'TestsError' } });
    expect(answer.json.data.testResult.passed).toBe(false);
  });

  it('ten thousand lines: the beginning is kept, and the program runs to its end', async () => {
    const code = 'import sys\nfor i in range(10_000): print("line", i)\nprint("done", file=sys.stderr)';
    const { json } = await execute({ code });
    expect(json.data).toMatchObject({ outcome: 'ok', truncated: true, errors: 'done\n' });
    expect(json.data.output).toMatch(/^line 0\nline 1\n/);
    expect(json.data.output).toHaveLength(10_000);
  });

  it('no more than it can hold, and only JSON objects', async () => {
    expect((await portal.execute(ada, JSON.stringify({ code: 'x'.repeat(2_000_000) }))).status).toBe(413);
    for (const body of ['[]', '"code"', '1', 'null', '{', '']) {
      expect((await portal.execute(ada, body)).status).toBe(400);
    }
    expect((await execute({ code: ['pass'] })).status).toBe(400);
    expect((await execute({ code: 'pass', stdin: 'x'.repeat(100_001) })).status).toBe(400);
    expect((await execute({ code: 'pass', timeout: 1000.5 })).status).toBe(400);
    expect((await execute({ code: 'pass', timeout: '5000' })).status).toBe(400);
  });
});
