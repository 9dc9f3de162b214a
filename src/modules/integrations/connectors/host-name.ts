import { z } from 'zod';

export const hostName = z.string().regex(/^[\w.:-]{1,253}$/, 'must be a host name or an address, without a port');
export const port = z.int().min(1).max(65_535);
