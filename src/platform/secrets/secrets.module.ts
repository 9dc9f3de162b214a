import { Global, Module } from '@nestjs/common';
import { SealedColumns } from './sealed-columns.js';
import { SecretBox } from './secret-box.js';

@Global()
@Module({ providers: [SecretBox, SealedColumns], exports: [SecretBox, SealedColumns] })
export class SecretsModule {}
