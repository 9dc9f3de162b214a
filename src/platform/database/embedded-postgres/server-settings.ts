export interface ServerOptions {
  /** False: a crash of the machine may destroy the data; for tests. */
  isDurable: boolean;
  maxConnections: number;
}

/** What PostgreSQL is told at each start, before anything in its configuration files. */
export function serverSettings(port: number, { isDurable, maxConnections }: ServerOptions): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: String(maxConnections),
    timezone: 'UTC',
    log_timezone: 'UTC',

    // Small: one application on one machine.
    shared_buffers: '48MB',
    max_wal_size: '256MB',
    jit: 'off',
    io_method: 'sync',
    max_logical_replication_workers: '0',
    // Workers of a parallel query share memory in /dev/shm, of which a container has 64 MB.
    max_parallel_workers_per_gather: '0',

    // Read by us, line by line; statements are left out because they can hold personal data.
    log_destination: 'stderr',
    logging_collector: 'off',
    log_min_messages: 'warning',
    log_min_error_statement: 'panic',
    lc_messages: 'C',

    // Autovacuum works as the superuser, who alone could cut it off from a database that a test drops.
    ...(isDurable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }),
  };
}
