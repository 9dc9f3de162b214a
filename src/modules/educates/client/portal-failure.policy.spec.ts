import { failureOf, type PortalFailure, type PortalOperation } from './portal-failure.policy.js';

const html = (title: string) => `<!doctype html>\n<html><head><title>${title}</title></head></html>`;

describe('failureOf', () => {
  it.each<[PortalOperation, number, string, PortalFailure | undefined]>([
    ['catalog', 200, '{}', undefined],
    ['catalog', 403, '', 'token-refused'],
    ['request', 403, '', 'token-refused'],
    ['request', 403, 'Environment does not exist', 'environment-gone'],
    ['request', 403, 'Session requests not permitted', 'misconfigured'],
    ['catalog', 403, 'Status requests not permitted', 'misconfigured'],
    ['session', 403, 'Access to session not permitted', 'misconfigured'],
    ['session', 403, html('403 Forbidden'), 'unexpected'],
    ['request', 400, 'Malformed JSON request payload', 'bad-parameters'],
    ['request', 400, 'Invalid JSON request payload', 'bad-parameters'],
    ['request', 400, 'Need redirect URL for workshop index', 'unexpected'],
    ['session', 400, 'Session is not currently in use', 'session-gone'],
    ['session', 404, html('Not Found'), 'session-gone'],
    ['catalog', 404, html('Not Found'), 'misconfigured'],
    ['request', 301, '', 'misconfigured'],
    ['request', 405, '', 'unexpected'],
    ['request', 503, '{"error":"No session available"}', 'no-capacity'],
    ['request', 503, '{"error": "Cannot be reacquired"}\n', 'cannot-reacquire'],
    ['request', 503, html('Service Unavailable'), 'busy'],
    ['request', 503, '{"error":', 'busy'],
    ['request', 500, html('Server Error (500)'), 'busy'],
    ['catalog', 502, '', 'busy'],
    ['catalog', 504, '', 'busy'],
    ['token', 400, '{"error":"invalid_grant"}', 'misconfigured'],
    ['token', 401, '{"error":"invalid_client"}', 'misconfigured'],
    ['token', 403, '', 'misconfigured'],
    ['token', 500, html('Server Error (500)'), 'busy'],
  ])('reads what answers a %s call with %i %j as %s', (operation, status, body, failure) => {
    expect(failureOf(operation, { status, body })).toBe(failure);
  });
});
