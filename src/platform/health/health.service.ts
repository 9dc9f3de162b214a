import { Injectable, Logger, ServiceUnavailableException, type OnModuleDestroy } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { HealthCheckResult, HealthIndicatorFunction } from '@nestjs/terminus';
import { AppConfig } from '../config/app-config.js';
import { version } from '../config/project.js';
import { HealthRegistry, type HealthContributor, type HealthFinding } from './health-registry.js';
import type { HealthCheckView, HealthReport, ProbeView } from './health-report.js';
import { weigh, worstOf } from './health.policy.js';
import { withoutAddressesIn } from './public-finding.policy.js';

/** Probing cannot load the system: within this time everybody gets the same report. */
const reportLifetimeMs = 1000;

/** Asks every contributor how it is, with terminus. */
@Injectable()
export class HealthService implements OnModuleDestroy {
  private readonly logger = new Logger(HealthService.name);
  private current: { report: Promise<HealthReport>; freshUntilMs: number } | undefined;
  private lastStatus: HealthReport['status'] = 'pass';
  private isStopping = false;

  constructor(
    private readonly registry: HealthRegistry,
    private readonly terminus: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly config: AppConfig,
  ) {}

  /** The first hook of a shutdown: from now on load balancers send requests elsewhere. */
  onModuleDestroy(): void {
    this.isStopping = true;
  }

  /** The state of every part, at most a second old, fit for the eyes of anybody. */
  report(): Promise<HealthReport> {
    if (this.current !== undefined && performance.now() < this.current.freshUntilMs) return this.current.report;
    const current = { report: this.examine(), freshUntilMs: Infinity };
    void current.report.finally(() => (current.freshUntilMs = performance.now() + reportLifetimeMs));
    this.current = current;
    return current.report;
  }

  /** Whether this process should get requests. */
  async readiness(): Promise<ProbeView> {
    if (this.isStopping) return { status: 'fail', note: 'The service is shutting down' };
    const { status, checks } = await this.report();
    if (status !== 'fail') return { status: 'pass' };
    const failed = Object.keys(checks).filter((name) => checks[name]?.status === 'fail');
    return { status: 'fail', note: `Failing: ${failed.join(', ')}` };
  }

  private async examine(): Promise<HealthReport> {
    const indicators = this.registry.list().map((contributor) => this.indicatorOf(contributor));
    const { details } = await this.terminus.check(indicators).catch(resultOf);
    const checks = Object.fromEntries(
      Object.entries(details).map(([name, { view }]) => [name, view as HealthCheckView] as const),
    );
    const status = worstOf(Object.values(checks).map((check) => check.status));
    this.tellChange(status, checks);
    return { status, version, checks };
  }

  private indicatorOf(contributor: HealthContributor): HealthIndicatorFunction {
    return async () => {
      const { name, isRequired } = contributor;
      const session = this.indicators.check(name);
      const attempt = session.attempt(async () => ({ finding: await contributor.check() }));
      const { [name]: outcome } = await attempt.withTimeout(this.config.health.timeoutMs);
      const finding = outcome?.status === 'up' ? outcome.finding : this.failed(name, String(outcome?.message));
      const { status, ...rest } = withoutAddressesIn(finding);
      const view: HealthCheckView = {
        status: weigh(status, isRequired),
        ...rest,
        durationMs: Number(outcome?.responseTime),
        time: new Date().toISOString(),
      };
      if (view.status === 'fail') return session.down({ view });
      return view.status === 'warn' ? session.degraded({ view }) : session.up({ view });
    };
  }

  /** What an error says is for the log only. */
  private failed(name: string, message: string): HealthFinding {
    this.logger.debug(`The check of ${name} failed: ${message}`);
    const { timeoutMs } = this.config.health;
    const isTimeout = message === `timeout of ${timeoutMs}ms exceeded`;
    return {
      status: 'fail',
      note: isTimeout ? `No answer within ${timeoutMs} ms` : 'The check failed; the log says why',
    };
  }

  private tellChange(status: HealthReport['status'], checks: Record<string, HealthCheckView>): void {
    if (status === this.lastStatus) return;
    this.lastStatus = status;
    const parts = Object.entries(checks).filter(([, check]) => check.status !== 'pass');
    const text = parts.map(([name, check]) => `${name} ${check.status} (${check.note ?? 'no note'})`).join(', ');
    if (status === 'pass') this.logger.log('Health is pass again');
    else this.logger.warn(`Health is ${status}: ${text}`);
  }
}

/** Terminus throws when something is down; the exception carries the result all the same. */
function resultOf(thrown: unknown): HealthCheckResult {
  if (thrown instanceof ServiceUnavailableException) return thrown.getResponse() as HealthCheckResult;
  throw thrown;
}
