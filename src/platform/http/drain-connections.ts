import type { FastifyInstance } from 'fastify';

/** The share of SHUTDOWN_TIMEOUT that requests get; the rest is for what they stand on: jobs, pools, the embedded database. */
const shareForRequests = 0.8;
const sweepIntervalMs = 50;

/**
 * When the server closes, it takes no new connections and drops idle ones; requests in flight may finish until the deadline, then
 * their connections are cut. A kept-alive connection is dropped as soon as its last response is out.
 */
export function drainConnections(server: FastifyInstance, shutdownTimeoutMs: number): void {
  server.addHook('preClose', (done) => {
    const sweep = setInterval(() => server.server.closeIdleConnections(), sweepIntervalMs);
    const deadline = setTimeout(() => server.server.closeAllConnections(), shutdownTimeoutMs * shareForRequests);
    server.server.once('close', () => {
      clearInterval(sweep);
      clearTimeout(deadline);
    });
    done();
  });
}
