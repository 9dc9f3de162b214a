import { createHash, randomBytes } from 'node:crypto';

/** A new refresh token: 256 random bits that mean nothing by themselves. */
export const createRefreshToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a refresh token. A fast hash is enough: there is nothing to guess in 256 random bits. */
export const hashRefreshToken = (token: string): Buffer => createHash('sha256').update(token).digest();
