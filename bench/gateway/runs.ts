import { randomUUID } from 'node:crypto';
import { Student } from '../student.js';
import type { Load } from './open-loop.js';

/** Students who send programs, each in turn. */
export async function studentsOf(url: string, count: number): Promise<Student[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => Student.register(url, `s${index}`)));
}

/** `POST /execute` of a free program: not cached, and proxied where an executor is configured. */
export function runsOf(
  url: string,
  students: Student[],
): Pick<Load, 'url' | 'method' | 'headers' | 'body' | 'headersOf'> {
  return {
    url: `${url}/api/v1/execute`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    headersOf: (index) => (students[index % students.length] as Student).credentials,
    body: () => JSON.stringify({ code: `print(1)  # ${randomUUID()}` }),
  };
}
