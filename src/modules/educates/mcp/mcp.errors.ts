import { AppError } from '../../../platform/errors/app-error.js';

export const batchRefused = (): AppError =>
  new AppError(
    'bad-request',
    'educates.mcp-batch-refused',
    'Send one JSON-RPC message a request; batches are not taken',
  );

/** @param body what the SDK says of it */
export const messageInvalid = (body: unknown): AppError => {
  const { error } = body as { error?: { message?: string } };
  return new AppError('bad-request', 'educates.mcp-message-invalid', error?.message ?? 'This is no JSON-RPC message');
};

/** As the SDK's own servers without sessions answer. */
export const methodNotAllowed = {
  jsonrpc: '2.0',
  error: { code: -32_000, message: 'Method not allowed; send messages by POST' },
  id: null,
};
