import { Injectable } from '@nestjs/common';
import type { IntegrationType } from '../integrations/integration-type.js';
import type { Connector } from './connector.js';

/** The connectors by the type of integration that they serve; each registers itself at start. */
@Injectable()
export class Connectors {
  private readonly byType = new Map<IntegrationType, Connector>();

  register(connector: Connector): void {
    if (this.byType.has(connector.type)) throw new Error(`The type "${connector.type}" has two connectors`);
    this.byType.set(connector.type, connector);
  }

  /** Undefined for webhooks, whose deliveries go another way. */
  find(type: IntegrationType): Connector | undefined {
    return this.byType.get(type);
  }
}
