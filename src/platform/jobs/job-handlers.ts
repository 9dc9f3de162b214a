import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { jobHandlerKey } from './job.js';

export type JobHandler = (payload: never) => Promise<void>;

/** Finds every `@HandlesJob` method at start, and refuses to start when two claim one job. */
@Injectable()
export class JobHandlers implements OnModuleInit {
  private readonly handlers = new Map<string, JobHandler>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    for (const { instance } of this.discovery.getProviders()) {
      if (typeof instance !== 'object' || instance === null) continue;
      const prototype = Object.getPrototypeOf(instance) as Record<string, JobHandler> | null;
      if (prototype === null) continue;
      for (const method of this.scanner.getAllMethodNames(prototype)) {
        const handler = prototype[method];
        const name = handler && this.reflector.get<string | undefined>(jobHandlerKey, handler);
        if (handler === undefined || name === undefined) continue;
        if (this.handlers.has(name)) throw new Error(`The job "${name}" has two handlers`);
        this.handlers.set(name, handler.bind(instance));
      }
    }
  }

  has(name: string): boolean {
    return this.handlers.has(name);
  }

  entries(): IterableIterator<[string, JobHandler]> {
    return this.handlers.entries();
  }
}
