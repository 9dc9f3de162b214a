import { z } from 'zod';

/** RFC 6749 section 5.1, as the portal fills it. */
export const tokenAnswer = z.object({
  access_token: z.string().min(1),
  /** Seconds. */
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1),
});

/** RFC 6749 section 5.2. */
export const tokenRefusal = z.object({ error: z.string().regex(/^[a-z_]{1,64}$/) });
