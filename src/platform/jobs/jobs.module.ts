import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { JobHandlers } from './job-handlers.js';
import { JobQueue } from './job-queue.js';
import { JobWorker } from './job-worker.js';

@Global()
@Module({ imports: [DiscoveryModule], providers: [JobHandlers, JobQueue, JobWorker], exports: [JobQueue] })
export class JobsModule {}
