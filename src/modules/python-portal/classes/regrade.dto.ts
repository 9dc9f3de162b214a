import { ApiProperty } from '@nestjs/swagger';
import { IsString, IsUUID, MaxLength } from 'class-validator';
import { ClassParams } from './classes.dto.js';
import type { RegradeItemState } from './regrade-item.entity.js';

export class RegradeRequest {
  @ApiProperty({ example: 'E0_greet' })
  @IsString()
  @MaxLength(100)
  exerciseId: string;
}

export class RegradeParams extends ClassParams {
  @ApiProperty({ format: 'uuid', example: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' })
  @IsUUID()
  id: string;
}

export class RegradeResponse {
  @ApiProperty({ format: 'uuid', example: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' })
  id: string;
  @ApiProperty({ example: 'course-101' })
  class: string;
  @ApiProperty({ example: 'E0_greet' })
  exerciseId: string;
  @ApiProperty({ description: 'Of the exercise, when this was asked for', example: 2 })
  exerciseVersion: number;
  @ApiProperty({ enum: ['running', 'finished'], example: 'running' })
  state: 'running' | 'finished';
  @ApiProperty({ description: 'Students who have written something', example: 24 })
  total: number;
  @ApiProperty({ description: 'Of these, how many are through', example: 12 })
  done: number;
  @ApiProperty({ example: 10 })
  passed: number;
  @ApiProperty({ description: 'Whose solution passed before and does not now; they stay completed', example: 1 })
  nowFailing: number;
  @ApiProperty({ description: 'Who have completed the exercise by this', example: 1 })
  newlyCompleted: number;
  @ApiProperty({ description: 'That could not be run', example: 0 })
  failed: number;
  @ApiProperty({ format: 'date-time', example: '2026-11-20T12:00:00.000Z' })
  createdAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  finishedAt: string | null;
}

const states = ['pending', 'graded', 'failed'] as const;

export class RegradeResultResponse {
  @ApiProperty({ format: 'uuid', example: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' })
  userId: string;
  @ApiProperty({ example: 'Ada Lovelace' })
  displayName: string;
  @ApiProperty({ enum: states, example: 'graded' })
  state: RegradeItemState;
  @ApiProperty({ description: 'Whether the exercise was completed before', example: true })
  wasCompleted: boolean;
  @ApiProperty({ type: Boolean, nullable: true, example: true })
  passed: boolean | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Percent of the tests', example: 100 })
  score: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why it could not be run', example: null })
  error: string | null;
}
