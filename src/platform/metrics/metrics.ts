import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { CounterConfiguration, GaugeConfiguration, Metric } from 'prom-client';
import { AppConfig } from '../config/app-config.js';
import { version } from '../config/project.js';
import { DurationHistogram, type DurationHistogramOptions } from './duration-histogram.js';

/**
 * Where each part of the application makes its metrics: once, in its constructor. Names are `lyceum_<part>_<what>_<unit>`
 * (prometheus.io/docs/practices/naming). Label values must come from a small fixed set: never ids, paths or anything a caller sends.
 */
@Injectable()
export class Metrics implements OnApplicationShutdown {
  private readonly registry = new Registry();

  constructor({ metrics }: AppConfig) {
    if (!metrics.isEnabled) return;
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 20 });
    this.gauge({ name: 'lyceum_info', help: 'Always 1; the label tells the version', labelNames: ['version'] }).set(
      { version },
      1,
    );
  }

  /** @throws Error when the name is taken */
  counter<Label extends string>(options: CounterConfiguration<Label>): Counter<Label> {
    return new Counter({ ...options, registers: [this.registry] });
  }

  /** @throws Error when the name is taken */
  gauge<Label extends string>(options: GaugeConfiguration<Label>): Gauge<Label> {
    return new Gauge({ ...options, registers: [this.registry] });
  }

  /** @throws Error when the name is taken */
  durations<Label extends string>(options: DurationHistogramOptions<Label>): DurationHistogram<Label> {
    const histogram = new DurationHistogram(options);
    // The registry asks for no more than it has.
    this.registry.registerMetric(histogram as unknown as Metric);
    return histogram;
  }

  /** Everything in the text format of Prometheus, version 0.0.4. */
  async render(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }

  onApplicationShutdown(): void {
    this.registry.clear();
  }
}
