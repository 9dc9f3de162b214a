import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { difficulties, type Difficulty } from './exercise.model.js';
import { StandingResponse } from '../standing/standing.response.js';
import type { Pagination } from './exercise-search.policy.js';
import { PageQuery } from '../paging/page-query.js';

export class ExerciseQuery extends PageQuery(100) {
  @ApiPropertyOptional({ enum: difficulties, example: 'beginner' })
  @IsOptional()
  @IsIn(difficulties)
  difficulty?: Difficulty;

  @ApiPropertyOptional({ example: 'strings' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  topic?: string;

  @ApiPropertyOptional({ example: 'basics' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  category?: string;

  @ApiPropertyOptional({ description: 'Text to find, whatever the case', example: 'greet' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  search?: string;
}

export class ResourceResponse {
  @ApiProperty({ example: 'Defining functions' })
  title: string;
  @ApiProperty({ example: 'https://docs.python.org/3/tutorial/controlflow.html#defining-functions' })
  url: string;
  @ApiProperty({ example: 'documentation' })
  type: string;
}

export class ExerciseMetadataResponse {
  @ApiProperty({ example: 'E0_greet' })
  id: string;
  @ApiProperty({ example: 'Greet by name' })
  title: string;
  @ApiProperty({ example: 'Write your first function: it takes a name and returns a greeting.' })
  description: string;
  @ApiProperty({ enum: difficulties, example: 'beginner' })
  difficulty: Difficulty;
  @ApiProperty({ type: [String], example: ['functions', 'strings'] })
  topics: string[];
  @ApiProperty({ example: 'basics' })
  category: string;
  @ApiProperty({ description: 'Position in the catalogue', example: 1 })
  order: number;
  @ApiProperty({ description: 'Minutes', example: 10 })
  estimatedTime: number;
  @ApiProperty({ type: [String], example: [] })
  prerequisites: string[];
  @ApiProperty({ type: [String], example: ['Write a function with one parameter'] })
  objectives: string[];
  @ApiProperty({ type: [String], example: ['functions'] })
  concepts: string[];
  @ApiProperty({ type: [ResourceResponse] })
  resources: ResourceResponse[];
  @ApiProperty({ description: 'Rises when the task or its tests change', example: 1 })
  version: number;
  @ApiProperty({ description: 'How many hints can be asked for', example: 3 })
  hintCount: number;
  @ApiPropertyOptional({ type: StandingResponse, description: 'Only for callers with an account, or guests' })
  status?: StandingResponse;
}

export class ExampleResponse {
  @ApiProperty({ example: 'a bill of 50' })
  name: string;
  @ApiProperty({ example: '50\n10\n' })
  stdin: string;
  @ApiProperty({ example: '55.00\n' })
  stdout: string;
}

export class ExerciseResponse extends ExerciseMetadataResponse {
  @ApiProperty({ description: 'Markdown', example: '# Greet by name\n\nComplete `greet(name)`.' })
  instructions: string;
  @ApiProperty({ example: 'def greet(name):\n    pass\n' })
  starterCode: string;
  @ApiProperty({
    description: 'The visible tests; hidden ones are never sent',
    example: 'import starter\n\n\ndef test_greets_ada():\n    assert starter.greet("Ada") == "Hello, Ada!"\n',
  })
  testCode: string;
  @ApiProperty({
    type: [ExampleResponse],
    description: 'Visible input and output pairs, for exercises that are programs',
  })
  examples: ExampleResponse[];
}

export class PaginationResponse implements Pagination {
  @ApiProperty({ description: 'Counts from 1', example: 1 })
  page: number;
  @ApiProperty({ example: 20 })
  limit: number;
  @ApiProperty({ example: 0 })
  offset: number;
  @ApiProperty({ example: 30 })
  total: number;
  @ApiProperty({ example: 2 })
  totalPages: number;
  @ApiProperty({ example: false })
  hasPrevious: boolean;
  @ApiProperty({ example: true })
  hasNext: boolean;
}

export class CategoryResponse {
  @ApiProperty({ example: 'basics' })
  id: string;
  @ApiProperty({ example: 'Basics' })
  name: string;
  @ApiProperty({ example: 'Values, text and first functions' })
  description: string;
  @ApiProperty({ example: 1 })
  order: number;
  @ApiProperty({ example: 'blue' })
  color: string;
}

export class LearningPhaseResponse {
  @ApiProperty({ example: 'First steps' })
  phase: string;
  @ApiProperty({ example: 'Functions and text' })
  description: string;
  @ApiProperty({ type: [String], example: ['E0_greet'] })
  exercises: string[];
  @ApiProperty({ type: [String], example: ['Write a function'] })
  objectives: string[];
}

export class CurriculumResponse {
  @ApiProperty({ example: 'Python Foundations' })
  title: string;
  @ApiProperty({ example: 'From a first function to small programs' })
  description: string;
  @ApiProperty({ example: '1.0.0' })
  version: string;
  @ApiProperty({ example: 36 })
  totalExercises: number;
  @ApiProperty({ example: 12 })
  estimatedHours: number;
  @ApiProperty({ example: '2026-11-20' })
  lastUpdated: string;
  @ApiProperty({ type: [LearningPhaseResponse] })
  learningPath: LearningPhaseResponse[];
  @ApiProperty({
    description: 'For each exercise the exercises that come before it',
    example: { E1_tip_calc: ['E0_greet'] },
    additionalProperties: { type: 'array', items: { type: 'string' } },
    type: 'object',
  })
  prerequisites: Record<string, string[]>;
}

export class ExerciseStatsResponse {
  @ApiProperty({ example: 30 })
  total: number;
  @ApiProperty({
    example: { beginner: 8, intermediate: 14, advanced: 8 },
    additionalProperties: { type: 'integer' },
    type: 'object',
  })
  byDifficulty: Record<Difficulty, number>;
  @ApiProperty({ description: 'Minutes', example: 22 })
  averageTime: number;
  @ApiProperty({ description: 'Minutes', example: 660 })
  totalTime: number;
  @ApiProperty({ type: [String], example: ['functions', 'strings'] })
  topics: string[];
  @ApiProperty({ type: [String], example: ['basics'] })
  categories: string[];
}
