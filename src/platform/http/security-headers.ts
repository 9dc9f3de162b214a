import helmet, { type HelmetOptions } from 'helmet';
import type { AppConfig } from '../config/app-config.js';

/** One year, in seconds; what browser vendors ask of sites that mean it. */
const hstsMaxAgeSeconds = 31_536_000;

export interface SecurityHeaders {
  /** For JSON and everything else that is no page: nothing may be loaded, run or framed. */
  readonly api: Readonly<Record<string, string>>;
  /** For the documentation page: its own scripts and styles. Swagger UI writes style attributes, scripts are files only. */
  readonly page: Readonly<Record<string, string>>;
}

/**
 * The headers that helmet decides on, as finished strings. They are the same for every response, and building them anew for each
 * (as the Fastify plugin does) costs a third of the throughput of a small route (bench/README.md).
 */
export function securityHeadersOf({ environment, http }: Pick<AppConfig, 'environment' | 'http'>): SecurityHeaders {
  const isHttpsExpected = environment === 'production' || http.isHttpsForced;
  const shared = {
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: isHttpsExpected && { maxAge: hstsMaxAgeSeconds, includeSubDomains: true },
  } as const;
  return {
    api: headersOf({
      ...shared,
      contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
      // What follows only means something for pages.
      crossOriginOpenerPolicy: false,
      crossOriginResourcePolicy: false,
      originAgentCluster: false,
      xDnsPrefetchControl: false,
      xDownloadOptions: false,
      xPermittedCrossDomainPolicies: false,
      xXssProtection: false,
    }),
    page: headersOf({
      ...shared,
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:'],
          connectSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
    }),
  };
}

function headersOf(options: HelmetOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  helmet(options)({} as never, response as never, () => undefined);
  return headers;
}
