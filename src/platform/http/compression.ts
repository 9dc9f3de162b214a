import { constants } from 'node:zlib';

/** What bodies may be encoded as, best first (RFC 9110 section 8.4). */
export const contentEncodings = ['br', 'gzip'] as const;

export type ContentEncoding = (typeof contentEncodings)[number];

/** Smaller responses do not get smaller by compression, in bytes. */
export const compressionThresholdBytes = 1024;

/**
 * For bodies that are compressed for one response alone. A list of 109 kB comes out an eighth larger than with the libraries' defaults,
 * in half (br) and a third (gzip) of the time; what many callers get is compressed well, once (`PreparedJson`).
 */
export const compressionEffort = {
  brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
  zlibOptions: { level: 2 },
};
