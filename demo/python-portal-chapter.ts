import type { ApiClient } from './api-client.js';
import { must, type Story } from './story.js';

interface Envelope<T> {
  data: T;
}

interface Run {
  success: boolean;
  outcome: string;
  executionTime: number;
  isolation: string;
  testResult: { testCases: { name: string; status: string; visibility: string; error?: string; actual?: string }[] };
}

const wrong = 'def greet(name):\n    return "Hello " + name\n';
const right = 'def greet(name):\n    return f"Hello, {name}!"\n';

/** A student registers, reads an exercise, fails and solves it. @returns the student's client */
export async function meetThePythonPortal(story: Story, visitor: ApiClient): Promise<ApiClient> {
  const student = await story.step('A student registers', async (show) => {
    const { data } = await visitor.post<
      Envelope<{ accessToken: string; user: { id: string; email: string; role: string } }>
    >('/api/v1/auth/register', {
      email: 'ada@example.org',
      password: 'correct horse battery staple',
      name: 'Ada Lovelace',
    });
    show(`${data.user.email} has the role ${data.user.role} and the id ${data.user.id}`);
    return visitor.as({ authorization: `Bearer ${data.accessToken}` });
  });

  await story.step('lists exercises', async (show) => {
    const list = await student.get<Envelope<{ id: string; title: string }[]> & { pagination: { total: number } }>(
      '/api/v1/exercises?difficulty=beginner&limit=4',
    );
    for (const { id, title } of list.data) show(`${id.padEnd(22)} ${title}`);
    show(`… ${list.pagination.total} for beginners`);
    must(list.data.length === 4, 'four exercises', list);
  });

  await story.step('runs a wrong solution of E0_greet, and sees what each test says', async (show) => {
    const run = await runTests(student, wrong, show);
    must(run.outcome === 'tests-failed' && !run.success, 'failing tests', run);
  });

  await story.step('runs the right one', async (show) => {
    const run = await runTests(student, right, show);
    must(run.success && run.testResult.testCases.every(({ status }) => status === 'passed'), 'passing tests', run);
  });

  await story.step('and has it on record', async (show) => {
    const { data } = await student.get<Envelope<{ completed: boolean; attempts: number }>>('/api/v1/progress/E0_greet');
    show(`completed: ${data.completed}, attempts: ${data.attempts}`);
    must(data.completed && data.attempts === 2, 'a completed exercise after two attempts', data);
  });
  return student;
}

async function runTests(student: ApiClient, code: string, show: (fact: string) => void): Promise<Run> {
  const { data } = await student.post<Envelope<Run>>('/api/v1/execute', {
    code,
    exerciseId: 'E0_greet',
    runTests: true,
  });
  for (const { name, status, visibility, error } of data.testResult.testCases) {
    show(
      `${status.padEnd(7)} ${visibility === 'hidden' ? `${name} (hidden)` : name}${error === undefined ? '' : `\n          ${error.split('\n', 1)[0]}`}`,
    );
  }
  show(`${data.outcome} after ${Math.round(data.executionTime)} ms, isolated by ${data.isolation}`);
  return data;
}
