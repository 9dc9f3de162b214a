/** A front end's view of the API: JSON in, JSON out. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  as(headers: Record<string, string>): ApiClient {
    return new ApiClient(this.url, { ...this.headers, ...headers });
  }

  get<T>(path: string): Promise<T> {
    return this.call('GET', path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call('POST', path, body);
  }

  /** Where a link leads, without going there. */
  async redirectOf(path: string): Promise<string> {
    const response = await fetch(this.url + path, { headers: this.headers, redirect: 'manual' });
    const location = response.headers.get('location');
    if (location === null) throw new Error(`GET ${path} answered ${response.status} and leads nowhere`);
    return location;
  }

  /** @throws Error with the problem document when the answer is no success */
  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      headers: { ...this.headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }
}
