import { ApiProperty } from '@nestjs/swagger';
import type { IntegrationTemplate } from './templates.js';
import { templates } from './templates.js';

export class TemplateListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({
    description:
      'Bodies for `POST /api/integrations` by key, each with `description`, `placeholders` and `suggestedEvents`',
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: true },
    example: { slack: templates['slack'] },
  })
  templates: Record<string, IntegrationTemplate>;
}
