import { ApiProperty } from '@nestjs/swagger';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';

class IntegrationAuditEntry {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  occurredAt: Date;

  @ApiProperty({ example: 'integration.updated' })
  action: string;

  @ApiProperty({ description: '`user:<id>`, `admin-secret` or `system`', example: 'admin-secret' })
  actor: string;

  @ApiProperty({ type: String, nullable: true, example: `integration:${id}` })
  subject: string | null;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  address: string | null;

  @ApiProperty({ type: String, nullable: true, example: '0b6fb5d7-6d7b-4b39-8d6c-5a1b8b1f6d3a' })
  correlationId: string | null;

  @ApiProperty({
    description: 'Of an update `before` and `after`: the members that differ, as JSON with masked secrets',
    type: 'object',
    additionalProperties: true,
    example: { changed: 'name', before: '{"name":"Slack"}', after: '{"name":"Slack of the IT school"}' },
  })
  details: Record<string, string | number | boolean | null>;
}

export class IntegrationAuditResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [IntegrationAuditEntry] })
  entries: IntegrationAuditEntry[];

  @ApiProperty({ description: '`cursor` of the next page', type: String, nullable: true, example: null })
  nextCursor: string | null;
}
