/** What bodies may be encoded as, best first (RFC 9110 section 8.4). */
export const contentEncodings = ['br', 'gzip'] as const;

export type ContentEncoding = (typeof contentEncodings)[number];

/** Smaller responses do not get smaller by compression, in bytes. */
export const compressionThresholdBytes = 1024;
