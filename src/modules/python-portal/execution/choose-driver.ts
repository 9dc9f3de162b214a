import type { PythonServices } from '../../../platform/config/python-services.js';
import type { ServiceRegistry } from '../services/service-registry.js';
import { EmbeddedDriver } from './embedded/embedded.driver.js';
import type { ExecutionDriver } from './execution-driver.js';
import type { ExecutionSettings } from './execution.settings.js';
import { HttpDriver } from './http/http.driver.js';
import { PistonDriver } from './piston/piston.driver.js';

/** The driver that the operator chose. There is no fall-back: what is not available runs nothing. */
export function chooseDriver(
  services: PythonServices,
  settings: ExecutionSettings,
  registry: ServiceRegistry,
): ExecutionDriver {
  switch (services.driver) {
    case 'embedded':
      return new EmbeddedDriver(settings);
    case 'http':
      return new HttpDriver(registry.get('executor'), settings, services.executorOutputLimit);
    case 'piston':
      return new PistonDriver(registry.get('piston'), settings, {
        outputChars: services.pistonOutputLimit,
        runTimeoutMs: services.pistonRunTimeoutMs,
      });
  }
}
