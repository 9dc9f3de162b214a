import { closeSync, constants, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/** When the file has grown to this size it becomes `<file>.1`, the one before is dropped: at most twice this much is kept. */
const maxFileBytes = 4_000_000;

const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

/** What PostgreSQL says, in a bounded file and, for error messages, its last lines in memory. */
export class ServerLog {
  private readonly lines: string[] = [];
  private descriptor: number | undefined;
  private sizeBytes = 0;
  private isClosed = false;

  constructor(
    private readonly file: string,
    private readonly linesKept: number,
  ) {}

  /** Never throws: a full disk must not stop the application, and is what the lines in memory then tell of. */
  write(line: string): void {
    this.lines.push(line);
    if (this.lines.length > this.linesKept) this.lines.shift();
    try {
      if (!this.isClosed) this.append(`${line}\n`);
    } catch {
      this.closeFile();
    }
  }

  lastLines(): string[] {
    return [...this.lines];
  }

  close(): void {
    this.isClosed = true;
    this.closeFile();
  }

  private closeFile(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private append(text: string): void {
    if (this.descriptor !== undefined && this.sizeBytes >= maxFileBytes) {
      this.closeFile();
      renameSync(this.file, `${this.file}.1`);
    }
    if (this.descriptor === undefined) {
      this.descriptor = openSync(this.file, flags, 0o600);
      this.sizeBytes = fstatSync(this.descriptor).size;
    }
    this.sizeBytes += writeSync(this.descriptor, text);
  }
}
