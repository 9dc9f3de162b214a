import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';

export class ExampleBody {
  @ApiPropertyOptional({
    description:
      'A type of the catalogue, also one that was registered; default: the type of the webhook, but needed when that is `*`',
    example: 'grade.published',
  })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  eventType?: string;
}

export class ExampleSentResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ description: '`webhook-id` of the request', format: 'uuid', example: id })
  eventId: string;

  @ApiProperty({ description: 'See GET /api/integrations/deliveries/{id}', format: 'uuid', example: id })
  deliveryId: string;
}
