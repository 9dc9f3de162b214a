import { randomUUID } from 'node:crypto';

/** Somebody with an account who sends programs. */
export class Student {
  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async register(url: string, name: string): Promise<Student> {
    const response = await fetch(`${url}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: `${name}-${randomUUID()}@example.org`, password: 'correct horse' }),
    });
    if (!response.ok) throw new Error(`registering answered ${response.status}: ${await response.text()}`);
    const { data } = (await response.json()) as { data: { accessToken: string } };
    return new Student(url, data.accessToken);
  }

  get credentials(): { authorization: string } {
    return { authorization: `Bearer ${this.token}` };
  }

  /** Runs a program to its end; anything but success is an error. */
  async run(code: string): Promise<void> {
    // A comment makes it a program that nobody has run before, so that no earlier result is given.
    const response = await this.send(`${code}  # ${randomUUID()}`);
    const body = (await response.json()) as { data?: { outcome: string } };
    if (!response.ok || body.data?.outcome !== 'ok') {
      throw new Error(`a run answered ${response.status}: ${JSON.stringify(body)}`);
    }
  }

  /** Sends a program and reads the answer, whatever it is. */
  async send(code: string, signal?: AbortSignal): Promise<Response> {
    const response = await fetch(`${this.url}/api/v1/execute`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.credentials },
      body: JSON.stringify({ code }),
      ...(signal && { signal }),
    });
    const text = await response.text();
    return new Response(text, { status: response.status });
  }
}
