import { Injectable } from '@nestjs/common';

export type HealthStatus = 'pass' | 'warn' | 'fail';

export interface HealthFinding {
  status: HealthStatus;
  /** For people: what is wrong and what it means. */
  note?: string;
  /** Numbers and states for machines; never secrets or addresses with credentials. */
  details?: Record<string, unknown>;
}

export interface HealthContributor {
  /** Names the dependency in the answer, for example `database` or `portal:example`. */
  name: string;
  /** A required dependency that fails takes the service out of rotation; an optional one only warns. */
  isRequired: boolean;
  check(): Promise<HealthFinding>;
}

/** Where every part of the application says how it is. */
@Injectable()
export class HealthRegistry {
  private readonly contributors = new Map<string, HealthContributor>();

  register(contributor: HealthContributor): void {
    this.contributors.set(contributor.name, contributor);
  }

  unregister(name: string): void {
    this.contributors.delete(name);
  }

  list(): HealthContributor[] {
    return [...this.contributors.values()];
  }
}
