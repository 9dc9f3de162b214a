import type { ExecutionResult, TestCaseResult } from '../execution/execution.model.js';
import type { RunCaseResponse, RunResponse } from './run.dto.js';

/** The original's `CodeExecutionResult` with true numbers, one case a test, and what it lacked. */
export function toRunResponse(result: ExecutionResult, isGraded: boolean): RunResponse {
  const { outcome, output, errors, error, truncated, executionTimeMs, memoryUsedBytes, environment } = result;
  const { pythonVersion, platform, isolation, containerized = true } = environment;
  return {
    success: outcome === 'ok',
    outcome,
    output,
    ...(errors !== '' && { errors }),
    ...(error !== undefined && { error }),
    truncated,
    executionTime: executionTimeMs,
    memoryUsed: memoryUsedBytes,
    isolation,
    environment: { pythonVersion, platform, containerized },
    cached: false,
    ...(isGraded && {
      testResult: {
        passed: outcome === 'ok',
        testCases: result.testCases.map(toCase),
        output,
        executionTime: executionTimeMs,
      },
    }),
  };
}

/** A hidden test says only whether it passed. */
function toCase({
  name,
  status,
  visibility,
  durationMs,
  message,
  expected,
  actual,
  output,
}: TestCaseResult): RunCaseResponse {
  const verdict = { name, passed: status === 'passed', status, visibility, executionTime: durationMs };
  if (visibility === 'hidden') return verdict;
  return {
    ...verdict,
    ...(message !== undefined && { error: message }),
    ...(expected !== undefined && { expected }),
    ...(actual !== undefined && { actual }),
    ...(output !== undefined && { output }),
  };
}
