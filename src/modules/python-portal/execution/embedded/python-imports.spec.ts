import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, 'python');

/** The modules of the package that each module imports, wherever in its text. */
function readImports(): Map<string, string[]> {
  const modules = readdirSync(folder).filter((name) => name.endsWith('.py'));
  return new Map(
    modules.map((file) => {
      const source = readFileSync(path.join(folder, file), 'utf8');
      const from = [...source.matchAll(/^\s*from \.(\w+) import/gm)].map(([, name]) => name as string);
      const names = [...source.matchAll(/^\s*from \. import (.+)$/gm)].flatMap(([, list]) =>
        (list ?? '').split(/,\s*/),
      );
      return [path.basename(file, '.py'), [...from, ...names]];
    }),
  );
}

describe("the interpreter's own package", () => {
  it('has no import cycle', () => {
    const rest = readImports();
    expect(rest.get('grader')).toContain('cases');
    for (;;) {
      const leaves = [...rest].filter(([, imports]) => imports.every((name) => !rest.has(name)));
      if (leaves.length === 0) break;
      for (const [name] of leaves) rest.delete(name);
    }
    expect([...rest.keys()]).toEqual([]);
  });
});
