import { Global, Module } from '@nestjs/common';
import { ServerFailures } from './server-failures.js';

@Global()
@Module({ providers: [ServerFailures], exports: [ServerFailures] })
export class ErrorsModule {}
