import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rules of incoming sources get the filters and mappings that webhooks have: `when` was a list of conditions that must all hold, and
 * `data` gave each member a path or `{value}`. Both ways, a rule that is in the other form already stays as it is.
 *
 * A path that no placeholder can hold (`{`, `}`, `|`, control characters, ends that are spaces, more than 12 parts or 256 characters)
 * loses its member. What the old form cannot say stays in the new one on the way back: the version before fails on it, keeps the
 * requests, and can replay them once it is mended.
 */
export class UnifyIncomingMappings1763693000000 implements MigrationInterface {
  readonly name = 'UnifyIncomingMappings1763693000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await rewrite(queryRunner, (rule) => ('when' in rule && Array.isArray(rule.when) ? toNew(rule as OldRule) : rule));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await rewrite(queryRunner, (rule) => ('when' in rule && Array.isArray(rule.when) ? rule : (toOld(rule) ?? rule)));
  }
}

type Scalar = string | number | boolean | null;
type Json = Scalar | Json[] | { [name: string]: Json };
type Members = Record<string, Json>;

interface OldCondition extends Members {
  path: string;
}

interface OldRule {
  when: OldCondition[];
  event: string;
  isCustom?: boolean;
  data: Record<string, string | { value: Scalar }>;
}

interface NewRule {
  when?: Members;
  event: string;
  isCustom?: boolean;
  data: Json;
}

type Rule = OldRule | NewRule;

async function rewrite(queryRunner: QueryRunner, change: (rule: Rule) => Rule): Promise<void> {
  const sources = (await queryRunner.query(
    `SELECT id, mapping FROM incoming_sources WHERE mapping <> '[]' ORDER BY id FOR UPDATE`,
  )) as { id: string; mapping: Rule[] }[];
  for (const { id, mapping } of sources) {
    const changed = JSON.stringify(mapping.map(change));
    await queryRunner.query(`UPDATE incoming_sources SET mapping = $2::jsonb WHERE id = $1`, [id, changed]);
  }
}

function toNew({ when, data, ...rest }: OldRule): NewRule {
  const filters = when.map(newCondition);
  const [first, ...others] = filters;
  const members = Object.entries(data).flatMap(([name, source]) => {
    const value = typeof source === 'string' ? placeholderOf(source) : constantOf(source.value);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...(first !== undefined && { when: others.length === 0 ? first : { and: filters } }),
    ...rest,
    data: Object.fromEntries(members),
  };
}

/** The old `ne` held for other types and for what is not there, too. */
function newCondition({ path, ...operator }: OldCondition): Members {
  const { ne } = operator;
  return ne === undefined ? { path, ...operator } : { not: { path, eq: ne } };
}

/** What is not there was left out. */
function placeholderOf(path: string): string | undefined {
  const parts = path.split('.');
  const isReadable = path.length <= 256 && parts.length <= 12 && parts.every(isPart);
  return isReadable ? `{{${path} | ifExists}}` : undefined;
}

function isPart(part: string): boolean {
  return /^[^{}|\p{Cc}\p{Surrogate}]{1,100}$/u.test(part) && part.trim() === part;
}

const escapedBraces = '{{"{{"}}';

function constantOf(value: Scalar): Scalar {
  return typeof value === 'string' ? value.replaceAll('{{', escapedBraces) : value;
}

/** @returns undefined when the old form cannot say it */
function toOld({ when, data, ...rest }: Rule): OldRule | undefined {
  const conditions = when === undefined ? [] : oldConditions(when as Members);
  if (conditions === undefined || typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const members: [string, string | { value: Scalar }][] = [];
  for (const [name, value] of Object.entries(data)) {
    const source = oldSource(value);
    if (source === undefined) return undefined;
    members.push([name, source]);
  }
  return { when: conditions, ...rest, data: Object.fromEntries(members) };
}

function oldConditions(filter: Members): OldCondition[] | undefined {
  const { and, or, not, path, ...operators } = filter;
  if (Array.isArray(and)) {
    const inner = and.map((one) => oldConditions(one as Members));
    return inner.every((one) => one !== undefined) ? inner.flat() : undefined;
  }
  if (or !== undefined) return undefined;
  if (not !== undefined) {
    const { path: place, eq, ...others } = not as Members;
    const isInequality = typeof place === 'string' && eq !== undefined && Object.keys(others).length === 0;
    return isInequality ? [{ path: place, ne: eq }] : undefined;
  }
  const names = Object.keys(operators);
  if (!names.every((name) => ['eq', 'in', 'exists', 'startsWith'].includes(name))) return undefined;
  return names.map((name) => ({ path: path as string, [name]: operators[name] as Json }));
}

function oldSource(value: Json): string | { value: Scalar } | undefined {
  if (typeof value === 'object' && value !== null) return undefined;
  if (typeof value !== 'string') return { value };
  const [, path] = /^\{\{\s*([^{}|]*[^{}|\s])\s*(?:\|\s*ifExists\s*)?\}\}$/.exec(value) ?? [];
  if (path !== undefined && !path.startsWith('"')) return path;
  const text = value.split(escapedBraces);
  return text.some((part) => part.includes('{{')) ? undefined : { value: text.join('{{') };
}
