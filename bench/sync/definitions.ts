/** How the source of this benchmark is read over HTTP. */
export function httpPull(source: string): object {
  return {
    endpoint: source,
    method: 'GET',
    direction: 'pull',
    pull: {
      pagination: { style: 'cursor', parameter: 'offset', path: 'next' },
      recordsPath: 'records',
      keyField: 'key',
    },
  };
}

/** How its table is read, in the database that the application itself is on. */
export function postgresPull(databaseUrl: string, batchSize: number): object {
  const { hostname, port, pathname, username, password } = new URL(databaseUrl);
  return {
    type: 'database',
    authType: 'basic',
    authConfig: { username: decodeURIComponent(username), password: decodeURIComponent(password) },
    config: {
      direction: 'pull',
      engine: 'postgresql',
      host: hostname === 'localhost' ? '127.0.0.1' : hostname,
      port: Number(port),
      database: decodeURIComponent(pathname.slice(1)),
      tls: 'disable',
      query: 'SELECT key, data FROM bench_source',
      keyColumns: ['key'],
      batchSize,
    },
  };
}
