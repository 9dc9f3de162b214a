import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { PageQuery } from '../paging/page-query.js';

export class ClassParams {
  @ApiProperty({ description: 'The name of a group', example: 'course-101' })
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { message: 'class must be the name of a group' })
  class: string;
}

export class ClassPageQuery extends PageQuery(50) {}

export class ClassResponse {
  @ApiProperty({ example: 'course-101' })
  name: string;
}

export class ClassStudentResponse {
  @ApiProperty({ format: 'uuid', example: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e' })
  userId: string;
  @ApiProperty({ example: 'Ada Lovelace' })
  displayName: string;
  @ApiProperty({ type: String, nullable: true, example: 'ada@example.org' })
  email: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'IT2024001' })
  studentId: string | null;
  @ApiProperty({ description: 'Exercises', example: 5 })
  started: number;
  @ApiProperty({ description: 'Exercises', example: 3 })
  completed: number;
  @ApiProperty({ description: 'Exercises given up and not completed', example: 1 })
  gaveUp: number;
  @ApiProperty({ example: 17 })
  attempts: number;
  @ApiProperty({ description: 'Seconds', example: 5400 })
  timeSpent: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-20T12:00:00.000Z' })
  lastActivityAt: string | null;
}

export class HardestTestResponse {
  @ApiProperty({ example: 'test_keeps_letters_of_every_alphabet' })
  name: string;
  @ApiProperty({ description: 'Runs of the present version of the exercise', example: 40 })
  runs: number;
  @ApiProperty({ description: 'Share of the runs in which it passed, 0 to 1', example: 0.35 })
  passRate: number;
}

export class ClassExerciseResponse {
  @ApiProperty({ example: 'E0_greet' })
  exerciseId: string;
  @ApiProperty({ example: 'Greet by name' })
  title: string;
  @ApiProperty({ description: 'In the class', example: 24 })
  students: number;
  @ApiProperty({ description: 'Students who began', example: 20 })
  started: number;
  @ApiProperty({ description: 'Students who completed it', example: 15 })
  completed: number;
  @ApiProperty({ description: 'Students who gave up and did not complete it', example: 1 })
  gaveUp: number;
  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'completed / started, 0 to 1; null when nobody began',
    example: 0.75,
  })
  passRate: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Of those who began', example: 2.4 })
  averageAttempts: number | null;
  @ApiProperty({ type: HardestTestResponse, nullable: true, description: 'Null when every test always passed' })
  hardestTest: HardestTestResponse | null;
}
