import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { AppConfig } from './app-config.js';

/** Makes the one {@link AppConfig} injectable everywhere. */
@Module({})
export class AppConfigModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: AppConfigModule,
      global: true,
      providers: [{ provide: AppConfig, useValue: config }],
      exports: [AppConfig],
    };
  }
}

/**
 * Reads `.env` (if there is one) below the process's environment, and validates both.
 *
 * @throws ConfigurationError naming every bad variable
 */
export async function loadAppConfig(): Promise<AppConfig> {
  let config: AppConfig | undefined;
  await ConfigModule.forRoot({
    envFilePath: '.env',
    validate: (variables) => {
      config = new AppConfig(variables);
      return variables;
    },
  });
  if (config === undefined) throw new Error('The configuration was not validated');
  return config;
}
