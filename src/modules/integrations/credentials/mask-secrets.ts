/** Shorter secrets are not looked for: they would be found where they are not meant. */
const minLengthToMask = 8;

/** What another system said, without our secrets, which some repeat in their errors. */
export function maskSecrets(text: string, secrets: string[]): string {
  return secrets
    .filter((secret) => secret.length >= minLengthToMask)
    .reduce((masked, secret) => masked.replaceAll(secret, '[masked]'), text);
}
