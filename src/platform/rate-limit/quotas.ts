import type { AppConfig } from '../config/app-config.js';

type NamesOf<Variable> = Variable extends `${infer Name}Max` ? Name : never;

/** The quotas in the configuration: `login` stands for `rateLimit.loginMax`, which is `RATE_LIMIT_LOGIN_MAX`. */
export type QuotaName = NamesOf<keyof AppConfig['rateLimit']>;

/** How often a key may be used. */
export interface Quota {
  limit: number;
  /** Counted from the first use, in whole seconds (rounded up). */
  windowMs: number;
}

export interface NamedQuota extends Quota {
  name: QuotaName;
  /** Its item in the `RateLimit-Policy` header (draft-ietf-httpapi-ratelimit-headers, section 3). */
  policy: string;
}

/** Every quota of the configuration. All share one window. */
export function quotasOf({ rateLimit }: Pick<AppConfig, 'rateLimit'>): Record<QuotaName, NamedQuota> {
  const { windowMs, ...limits } = rateLimit;
  const windowSeconds = Math.ceil(windowMs / 1000);
  const quotas = Object.entries(limits).map(([variable, limit]): NamedQuota => {
    const name = variable.replace(/Max$/, '') as QuotaName;
    return { name, limit, windowMs, policy: `"${name}";q=${limit};w=${windowSeconds}` };
  });
  return Object.fromEntries(quotas.map((quota) => [quota.name, quota])) as Record<QuotaName, NamedQuota>;
}
