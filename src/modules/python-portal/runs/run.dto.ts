import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, IsString, Length, Matches, Max, MaxLength, Min } from 'class-validator';

/** As in the original executor (reference, python-portal.md section 1.2); `runTests` and `exerciseId` may be left out here. */
const maxCodeChars = 50_000;
const maxStdinChars = 100_000;

export class RunRequest {
  @ApiProperty({ maxLength: maxCodeChars, example: 'def greet(name):\n    return f"Hello, {name}!"\n' })
  @IsString()
  @Length(1, maxCodeChars)
  code: string;

  @ApiPropertyOptional({ example: 'E0_greet' })
  @IsOptional()
  @IsString()
  @Matches(/^[a-zA-Z0-9_-]{1,100}$/, { message: 'exerciseId must be letters, digits, _ and -' })
  exerciseId?: string;

  @ApiPropertyOptional({
    description: "Run the exercise's tests instead of the program",
    default: false,
    example: true,
  })
  @IsOptional()
  @IsBoolean()
  runTests?: boolean;

  @ApiPropertyOptional({ description: 'What the program reads', maxLength: maxStdinChars, example: 'Ada\n' })
  @IsOptional()
  @IsString()
  @MaxLength(maxStdinChars)
  stdin?: string;

  @ApiPropertyOptional({
    description: 'Tests of your own; instructors and admins only',
    maxLength: maxCodeChars,
    example: 'import starter\n\n\ndef test_greet():\n    assert starter.greet("Ada") == "Hello, Ada!"\n',
  })
  @IsOptional()
  @IsString()
  @Length(1, maxCodeChars)
  testCode?: string;

  @ApiPropertyOptional({ description: 'Milliseconds', minimum: 1000, maximum: 30_000, default: 10_000, example: 5000 })
  @IsOptional()
  @IsInt()
  @Min(1000)
  @Max(30_000)
  timeout?: number;

  @ApiPropertyOptional({ description: 'Megabytes', minimum: 16, maximum: 512, default: 128, example: 128 })
  @IsOptional()
  @IsInt()
  @Min(16)
  @Max(512)
  memoryLimit?: number;
}

const outcomes = [
  'ok',
  'tests-failed',
  'syntax-error',
  'runtime-error',
  'timeout',
  'memory-limit',
  'output-limit',
  'rejected',
  'internal',
] as const;

export class RunCaseResponse {
  @ApiProperty({ example: 'test_greets_ada' })
  name: string;
  @ApiProperty({ example: true })
  passed: boolean;
  @ApiProperty({ enum: ['passed', 'failed', 'error'], example: 'passed' })
  status: 'passed' | 'failed' | 'error';
  @ApiProperty({ enum: ['visible', 'hidden'], example: 'visible' })
  visibility: 'visible' | 'hidden';
  @ApiProperty({ description: 'Milliseconds', example: 0.4 })
  executionTime: number;
  @ApiPropertyOptional({ description: 'Why it failed', example: "assert starter.greet('Ada') == 'Hello, Ada!'" })
  error?: string;
  @ApiPropertyOptional({ example: "'Hello, Ada!'" })
  expected?: string;
  @ApiPropertyOptional({ example: 'None' })
  actual?: string;
  @ApiPropertyOptional({ description: 'What the code printed during this case', example: '' })
  output?: string;
}

export class RunTestResultResponse {
  @ApiProperty({ example: true })
  passed: boolean;
  @ApiProperty({ description: 'One entry a test', type: [RunCaseResponse] })
  testCases: RunCaseResponse[];
  @ApiProperty({ example: '' })
  output: string;
  @ApiProperty({ description: 'Milliseconds', example: 12.5 })
  executionTime: number;
}

export class RunErrorResponse {
  @ApiProperty({ example: 'ZeroDivisionError' })
  name: string;
  @ApiProperty({ example: 'division by zero' })
  message: string;
  @ApiProperty({ description: "Line in the student's file", type: 'integer', nullable: true, example: 3 })
  line: number | null;
  @ApiProperty({ example: 'Traceback (most recent call last):\n  File "starter.py", line 3, in <module>\n' })
  traceback: string;
}

export class RunEnvironmentResponse {
  @ApiProperty({ example: '3.12.0' })
  pythonVersion: string;
  @ApiProperty({ example: 'wasi' })
  platform: string;
  @ApiProperty({ example: true })
  containerized: boolean;
}

export class RunResponse {
  @ApiProperty({ description: 'Whether the program ended well, or every test passed', example: true })
  success: boolean;
  @ApiProperty({ enum: outcomes, example: 'ok' })
  outcome: (typeof outcomes)[number];
  @ApiProperty({ description: 'Standard output, kept whatever the outcome', example: 'Hello\n' })
  output: string;
  @ApiPropertyOptional({ description: 'Standard error', example: '' })
  errors?: string;
  @ApiPropertyOptional({ type: RunErrorResponse })
  error?: RunErrorResponse;
  @ApiProperty({ description: 'Whether output was cut', example: false })
  truncated: boolean;
  @ApiProperty({ description: 'Milliseconds', example: 12.5 })
  executionTime: number;
  @ApiProperty({ description: 'Bytes', example: 20_971_520 })
  memoryUsed: number;
  @ApiProperty({ description: 'What separates the code from the machine', example: 'wasm-process' })
  isolation: string;
  @ApiProperty({ type: RunEnvironmentResponse })
  environment: RunEnvironmentResponse;
  @ApiProperty({ description: 'Whether this is the result of an earlier, identical run', example: false })
  cached: boolean;
  @ApiPropertyOptional({ type: RunTestResultResponse })
  testResult?: RunTestResultResponse;
}
