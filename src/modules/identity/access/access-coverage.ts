import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { accessKey } from '../../../platform/http/unguarded.decorator.js';

/** Refuses to start an application that has a route of which nobody said who may call it. */
@Injectable()
export class AccessCoverage implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error that names every such route */
  onModuleInit(): void {
    const uncovered = this.discovery.getControllers().flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, () => unknown>;
      return this.scanner
        .getAllMethodNames(prototype)
        .filter((name) => {
          const handler = prototype[name];
          if (handler === undefined || !Reflect.hasMetadata(PATH_METADATA, handler)) return false;
          return this.reflector.getAllAndOverride<unknown>(accessKey, [handler, metatype]) === undefined;
        })
        .map((name) => `${metatype.name}.${name}`);
    });
    if (uncovered.length > 0) {
      throw new Error(`These routes need @Access(…) (or @Unguarded()): ${uncovered.join(', ')}`);
    }
  }
}
