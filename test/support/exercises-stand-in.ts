import { Upstream, type ReceivedRequest, type UpstreamHandler } from './upstream.js';

export interface ServedExercise {
  id: string;
  title: string;
  description: string;
  instructions: string;
  starterCode: string;
  testCode: string;
  solutionCode: string;
  difficulty: string;
  topics: string[];
  order: number;
  estimatedTime: number;
  filePath: string;
  category: string;
}

/** An exercise as the original service has it, with what it should not send. */
export function servedExercise(id: string, order: number, members: Partial<ServedExercise> = {}): ServedExercise {
  return {
    id,
    title: `Exercise ${order}`,
    description: 'Add two numbers',
    instructions: '# Add\n\nWrite `add(a, b)`.',
    starterCode: 'def add(a, b):\n    pass\n',
    testCode: 'import starter\n\n\ndef test_adds():\n    assert starter.add(1, 2) == 3\n',
    solutionCode: 'def add(a, b):\n    return a + b  # the secret solution\n',
    difficulty: 'beginner',
    topics: ['functions'],
    order,
    estimatedTime: 10,
    filePath: `/srv/content/${id}`,
    category: 'control-flow',
    ...members,
  };
}

/** The original exercise service on the wire, with its faults: no total, NaN limits, and everything sent to everybody. */
export class ExercisesStandIn {
  exercises: ServedExercise[] = [];
  /** Answers everything but health so. */
  status: number | undefined;
  /** Answers wait for it; health does not. */
  gate: Promise<void> | undefined;
  readonly #upstream: Upstream;

  private constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  static async start(exercises: ServedExercise[]): Promise<ExercisesStandIn> {
    const standIn: ExercisesStandIn = new ExercisesStandIn(
      await Upstream.start((...exchange) => standIn.#handle(...exchange)),
    );
    standIn.exercises = exercises;
    return standIn;
  }

  get url(): string {
    return this.#upstream.url;
  }

  get requests(): ReceivedRequest[] {
    return this.#upstream.requests.filter(({ path }) => !path.startsWith('/health'));
  }

  stop(): Promise<void> {
    return this.#upstream.stop();
  }

  async #handle(...[request, response]: Parameters<UpstreamHandler>): Promise<void> {
    const correlationId = request.headers['x-correlation-id']?.toString() ?? `req_${Date.now()}_abcdefghi`;
    const reply = (status: number, members: object): void => {
      const envelope = { timestamp: new Date().toISOString(), correlationId, version: '1.0.0' };
      response.writeHead(status, { 'content-type': 'application/json', 'x-correlation-id': correlationId });
      response.end(JSON.stringify({ success: status === 200, ...members, ...envelope }));
    };
    const fail = (status: number, error: string): void =>
      reply(status, { error, message: status >= 500 ? 'Internal server error' : error });
    const url = new URL(request.path, 'http://exercises');
    if (url.pathname === '/health') return reply(200, { data: { status: 'healthy' }, message: 'Service is healthy' });
    await this.gate;
    if (this.status !== undefined) return fail(this.status, 'An unexpected error occurred');
    if (request.method !== 'GET' || url.pathname !== '/api/exercises') {
      return fail(404, `Endpoint not found: ${request.method} ${url.pathname}`);
    }
    const limit = Math.min(Number(url.searchParams.get('limit') ?? 100), 100);
    const offset = Number(url.searchParams.get('offset') ?? 0);
    // As there: what is not a number cuts everything away.
    const data = this.exercises.toSorted((one, other) => one.order - other.order).slice(offset, offset + limit);
    return reply(200, { data, message: `Retrieved ${data.length} exercises` });
  }
}
