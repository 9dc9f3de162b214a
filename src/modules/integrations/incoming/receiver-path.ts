/** Below it other systems post webhooks. */
export const receiverPath = '/api/integrations/webhook/';

/** The address of a source: its secret is in the path as the original had it, or an opaque token is. */
export function receiverUrl(publicUrl: string, isPathSecret: boolean, pathPart: string): string {
  return `${publicUrl}${receiverPath}${isPathSecret ? 'receive' : 'in'}/${pathPart}`;
}
