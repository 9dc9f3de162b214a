import { SandboxRobot, python } from './sandbox-robot.js';

let sandbox: SandboxRobot;

beforeAll(() => {
  sandbox = new SandboxRobot();
});

afterAll(() => sandbox.close());

describe('a program', () => {
  it.each([
    ['prints text of all languages', 'print("ü 日本 😀")', 'ü 日本 😀\n'],
    ['is __main__', 'if __name__ == "__main__": print("main", __file__)', 'main /work/starter.py\n'],
    ['compiles regular expressions', 'import re; print(re.compile("a+").findall("caat"))', "['aa']\n"],
    ['recurses deeply', 'def f(n): return n and 1 + f(n - 1)\nprint(f(900))', '900\n'],
    [
      'recurses through special methods',
      python(
        'class Node:',
        '    def __init__(self, next): self.next = next',
        '    def __len__(self): return 1 + (len(self.next) if self.next is not None else 0)',
        'node = None',
        'for i in range(150): node = Node(node)',
        'print(len(node))',
      ),
      '150\n',
    ],
    ['ends itself as if all were well', 'import sys; print("a"); sys.exit(0); print("b")', 'a\n'],
    ['has exit()', 'print("a"); exit()', 'a\n'],
    ['runs what it registered for the end', 'import atexit; atexit.register(print, "bye"); print("hi")', 'hi\nbye\n'],
    [
      'sleeps as long as it says',
      'import time\ns = time.time(); time.sleep(0.2); print(time.time() - s < 10)',
      'True\n',
    ],
    ['sees a clock that advances', 'import time; print(time.time() > 1.7e9, time.process_time() > 0)', 'True True\n'],
  ])('%s', async (_, code, output) => {
    const result = await sandbox.run(code);
    expect(result).toMatchObject({ outcome: 'ok', output, errors: '', truncated: false, testCases: [] });
    expect(result.error).toBeUndefined();
  });

  it('uses the standard library', async () => {
    const names = 'json csv sqlite3 dataclasses decimal enum statistics heapq unittest.mock zlib hashlib difflib'.split(
      ' ',
    );
    const result = await sandbox.run(python(...names.map((name) => `import ${name}`), 'print("imported")'));
    expect(result).toMatchObject({ outcome: 'ok', output: 'imported\n' });
  });

  it('reads its input, and meets its end', async () => {
    const code = python('name = input("Name? ")', 'print(f"Hello {name}")', 'input()');
    const result = await sandbox.run(code, { stdin: 'Zoë\n' });
    expect(result).toMatchObject({
      outcome: 'runtime-error',
      output: 'Name? Hello Zoë\n',
      error: { name: 'EOFError', line: 3 },
    });
  });

  it('has a private directory for its files', async () => {
    const code = python(
      'import os',
      'with open("file.txt", "w") as f: f.write("one\\ntwo\\n")',
      'with open("file.txt", "a") as f: f.write("three")',
      'print(open("file.txt").read().split(), sorted(os.listdir(".")))',
      'os.mkdir("d"); os.rename("file.txt", "d/other.txt"); print(os.listdir("d"), os.path.getsize("d/other.txt"))',
      'try: os.mkdir("d")',
      'except FileExistsError: print("exists")',
      'f = open("d/other.txt", "r+"); f.seek(4); f.write("T"); f.truncate(7); f.close(); print(repr(open("d/other.txt").read()))',
      'os.remove("d/other.txt"); os.rmdir("d"); print(os.listdir())',
    );
    expect((await sandbox.run(code)).output).toBe(
      "['one', 'two', 'three'] ['file.txt', 'starter.py']\n['other.txt'] 13\nexists\n'one\\nTwo'\n['starter.py']\n",
    );
    expect((await sandbox.run('import os; print(os.listdir())')).output).toBe("['starter.py']\n");
  });

  it('says the exit code it ended with', async () => {
    const result = await sandbox.run('import sys; sys.exit(3)');
    expect(result).toMatchObject({ outcome: 'runtime-error', error: { name: 'SystemExit', message: /exit code 3/ } });
  });

  it('tells where it came from and what it used', async () => {
    const { environment, memoryUsedBytes, executionTimeMs } = await sandbox.run('x = bytearray(40 * 1024 * 1024)');
    expect(environment).toEqual({
      pythonVersion: '3.12.0',
      platform: 'wasm32-wasi',
      isolation: sandbox.driver.isolation,
    });
    expect(memoryUsedBytes).toBeGreaterThan(40 * 1_048_576);
    expect(memoryUsedBytes).toBeLessThanOrEqual(128 * 1_048_576);
    expect(executionTimeMs).toBeGreaterThan(0);
  });
});

describe('a program that fails', () => {
  it('shows the line of a syntax error', async () => {
    const { outcome, error, errors } = await sandbox.run('print(1)\nif x\n  y\n');
    expect(outcome).toBe('syntax-error');
    expect(error).toEqual({
      name: 'SyntaxError',
      message: "expected ':'",
      line: 2,
      traceback: '  File "starter.py", line 2\n    if x\n        ^\nSyntaxError: expected \':\'\n',
    });
    expect(errors).toBe(error?.traceback);
  });

  it("shows the student's frames and no others, and keeps what was printed", async () => {
    const result = await sandbox.run(
      python('import json', 'def load(text):', '    return json.loads(text)', 'print("a")', 'load("{")'),
    );
    expect(result).toMatchObject({
      outcome: 'runtime-error',
      output: 'a\n',
      error: { name: 'JSONDecodeError', line: 3 },
    });
    const files = [...(result.error?.traceback ?? '').matchAll(/File "(.*?)", line (\d+)/g)].map(
      ([, file, line]) => `${file}:${line}`,
    );
    expect(files.slice(0, 2)).toEqual(['starter.py:5', 'starter.py:3']);
    expect(files.slice(2).every((file) => file.startsWith('/usr/local/lib/python3.12/json/'))).toBe(true);
    expect(result.errors).toBe(result.error?.traceback);
  });

  it('shows causes', async () => {
    const { error } = await sandbox.run('try: 1 / 0\nexcept ZeroDivisionError as e: raise ValueError("x") from e');
    expect(error).toMatchObject({ name: 'ValueError', message: 'x', line: 2 });
    expect(error?.traceback).toContain('direct cause');
  });

  it.each([
    ['without characters that no file has', 'x = "\ud800"; print(ascii(x))', 'ok'],
    ['with a zero byte', 'x = "\0"', 'syntax-error'],
    ['nested beyond the parser', `x = ${'('.repeat(5000)}${')'.repeat(5000)}`, 'syntax-error'],
  ])('takes a source %s', async (_, code, outcome) => {
    expect(await sandbox.run(code)).toMatchObject({ outcome });
  });
});

describe('limits', () => {
  it('keeps the beginning of ten thousand lines, and the program goes on', async () => {
    const code = python(
      'for i in range(10_000): print("line", i)',
      'open("end", "w")',
      'import sys; print("done", file=sys.stderr)',
    );
    const result = await sandbox.run(code);
    expect(result).toMatchObject({ outcome: 'ok', truncated: true, errors: 'done\n' });
    expect(result.output).toHaveLength(sandbox.settings.maxOutputChars);
    expect(result.output).toMatch(/^line 0\nline 1\n/);
  });

  it('counts characters, not bytes, and cuts none in two', async () => {
    const { output, truncated } = await sandbox.run('print("x" + "😀" * 10_000)');
    expect({ truncated, length: output.length, text: output.replaceAll('😀', '') }).toEqual({
      truncated: true,
      length: sandbox.settings.maxOutputChars - 1,
      text: 'x',
    });
    const exact = sandbox.settings.maxOutputChars - 1;
    expect(await sandbox.run(`print("é" * ${exact})`)).toMatchObject({ truncated: false, outcome: 'ok' });
  });

  it('ends a loop and keeps what was printed, even without a line break', async () => {
    const result = await sandbox.run('print("begun", end="")\nwhile True: pass', { timeoutMs: 1_000 });
    expect(result).toMatchObject({ outcome: 'timeout', output: 'begun', error: { name: 'TimeoutError' } });
  });

  it('gives each run the memory it asks for', async () => {
    const code = 'x = bytearray(24 * 1024 * 1024); print(len(x))';
    expect(await sandbox.run(code, { memoryLimitMb: 16 })).toMatchObject({
      outcome: 'memory-limit',
      error: { line: 1 },
    });
    expect(await sandbox.run(code, { memoryLimitMb: 64 })).toMatchObject({ outcome: 'ok', output: '25165824\n' });
    expect(await sandbox.run('x = bytearray(400 * 1024 * 1024)', { memoryLimitMb: 512 })).toMatchObject({
      outcome: 'ok',
    });
    expect(await sandbox.run('print("small")', { memoryLimitMb: 16 })).toMatchObject({
      outcome: 'ok',
      output: 'small\n',
    });
  });

  it('stops a run when its caller goes away, and serves the next one', async () => {
    const controller = new AbortController();
    const request = { code: 'while True: pass', timeoutMs: 30_000, memoryLimitMb: 128 };
    const run = sandbox.driver.run(request, controller.signal);
    await sandbox.run('print("the other has begun")');
    controller.abort(new Error('gone'));
    await expect(run).rejects.toThrow('gone');
    expect(await sandbox.run('print("next")')).toMatchObject({ output: 'next\n' });
  });
});

describe('input/output cases', () => {
  const code = python('name = input()', 'print(f"Hello {name}  ")', 'print()');

  it('compares what is printed, without the white space at the ends of lines', async () => {
    const { outcome, testCases } = await sandbox.run(code, {
      tests: {
        cases: [
          { name: 'right', stdin: 'Ann\n', stdout: 'Hello Ann', visibility: 'visible' },
          { name: 'wrong', stdin: 'Bo\n', stdout: 'Hello  Bo\n', visibility: 'visible' },
          { name: 'no input', stdin: '', stdout: '', visibility: 'visible' },
          { name: 'secret', stdin: 'Cy\n', stdout: 'Hello you\n', visibility: 'hidden' },
        ],
      },
    });
    expect(outcome).toBe('runtime-error');
    expect(testCases).toMatchObject([
      { name: 'right', status: 'passed', output: 'Hello Ann  \n\n' },
      { name: 'wrong', status: 'failed', expected: 'Hello  Bo\n', actual: 'Hello Bo  \n\n' },
      { name: 'no input', status: 'error', message: /^EOFError/ },
      { name: 'hidden test 1', status: 'failed', visibility: 'hidden' },
    ]);
    expect(Object.keys(testCases[3] ?? {}).toSorted()).toEqual(['durationMs', 'name', 'status', 'visibility']);
  });

  it('give each case a fresh interpreter, and share the time', async () => {
    const visibility = 'visible' as const;
    const cases = [1, 2, 3].map((number) => ({ name: `${number}`, stdin: '', stdout: '', visibility }));
    const leaving = 'import os\nif os.path.exists("left"): print("seen")\nopen("left", "w")\n';
    expect(await sandbox.run(leaving, { tests: { cases } })).toMatchObject({ outcome: 'ok' });
    const { testCases } = await sandbox.run('while True: pass', { tests: { cases }, timeoutMs: 1_000 });
    expect(testCases).toMatchObject([
      { status: 'error', message: /^TimeoutError/ },
      { status: 'error', message: /^Not run/ },
      { status: 'error', message: /^Not run/ },
    ]);
  });
});
