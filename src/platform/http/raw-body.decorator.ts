import { SetRoute } from './route-settings.js';

/**
 * For routes that verify a signature over the exact bytes: a body of any media type is accepted (up to `BODY_LIMIT`) and handed
 * over unparsed, so that nothing of it is interpreted before it is trusted. The handler takes it with Nest's
 * `@RawBody() bytes: Buffer | undefined` and reads it with `parseJson` once it is verified.
 */
export const KeepsRawBody = () => SetRoute({ keepsRawBody: true });
