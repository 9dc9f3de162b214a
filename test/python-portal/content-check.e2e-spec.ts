import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../src/platform/config/project.js';

const builtIn = path.join(projectRoot, 'content/exercises');
const ids = ['E0_greet', 'E1_tip_calc'];

describe('npm run content:check', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lyceum-content-'));
    for (const name of [...ids, 'categories.json']) {
      cpSync(path.join(builtIn, name), path.join(folder, name), { recursive: true });
    }
    change('E1_tip_calc/metadata.json', (metadata) => ({ ...metadata, prerequisites: ['E0_greet'] }));
    const { curriculum } = JSON.parse(readFileSync(path.join(builtIn, 'curriculum.json'), 'utf8'));
    write('curriculum.json', JSON.stringify({ curriculum, learning_path: [] }));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text);
  const change = (file: string, how: (value: Record<string, unknown>) => unknown) =>
    write(file, JSON.stringify(how(JSON.parse(readFileSync(path.join(folder, file), 'utf8')))));

  async function check(): Promise<{ code: number | null; lines: string[] }> {
    const child = spawn(process.execPath, [path.join(projectRoot, 'dist/src/cli/check-content.js'), folder]);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, lines: output.trimEnd().split('\n').slice(0, -1) };
  }

  it('is content with sound exercises', async () => {
    expect(await check()).toEqual({ code: 0, lines: [] });
  }, 60_000);

  it('runs solutions and starters, and says what to fix, one line a problem', async () => {
    write('E0_greet/solution.py', 'def greet(name):\n    return "Hello, Ada!"\n');
    cpSync(path.join(folder, 'E1_tip_calc/solution.py'), path.join(folder, 'E1_tip_calc/starter.py'));
    write('E1_tip_calc/starter.py', `# begin\n${readFileSync(path.join(folder, 'E1_tip_calc/starter.py'), 'utf8')}`);
    const { code, lines } = await check();
    expect(code).toBe(1);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^E0_greet: solution.py does not pass "test_greets_someone_else": tests-failed, .+Linus/),
        expect.stringMatching(/^E0_greet: solution.py does not pass "hidden test 1"/),
        'E1_tip_calc: starter.py passes all tests; take the answer out of it, or test more',
      ]),
    );
  }, 60_000);

  it('reads every file before it says what is wrong', async () => {
    change('E0_greet/metadata.json', (metadata) => ({ ...metadata, difficulty: 'easy', order: 0 }));
    rmSync(path.join(folder, 'E1_tip_calc/hints.json'));
    write('categories.json', '{');
    const { code, lines } = await check();
    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(/^E0_greet\/metadata.json: difficulty: /),
      expect.stringMatching(/^E0_greet\/metadata.json: order: /),
      'E1_tip_calc/hints.json: is missing',
      expect.stringMatching(/^categories.json: .*JSON/),
    ]);
  }, 60_000);

  it('finds prerequisites that do not exist or go in a circle', async () => {
    change('E0_greet/metadata.json', (metadata) => ({ ...metadata, prerequisites: ['E1_tip_calc', 'E0_gone'] }));
    const { code, lines } = await check();
    expect(code).toBe(1);
    expect(lines).toEqual([
      'E0_greet: unknown prerequisite "E0_gone"',
      'prerequisites go in a circle: E0_greet -> E1_tip_calc -> E0_greet',
    ]);
  }, 60_000);
});
