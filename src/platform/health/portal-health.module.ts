import { Module } from '@nestjs/common';
import { PortalHealthController } from './portal-health.controller.js';

/** Mounted under `api/<version>`. */
@Module({ controllers: [PortalHealthController] })
export class PortalHealthModule {}
