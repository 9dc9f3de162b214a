import { isUtf8 } from 'node:buffer';
import { isNestedDeeperThan } from '../../../platform/http/json-nesting.policy.js';
import { storableValue } from './incoming-body.policy.js';
import { canvasTokenOf } from './schemes/canvas.policy.js';
import { claimsOf } from './schemes/json-web-token.policy.js';

const maxDepth = 64;
/** Slack and GitHub can put their JSON into a form field of this name. */
const jsonFormField = 'payload';

/** The bytes that say what happened: the claims, when the body is a token that was signed; else the body. */
export function messageBytes(scheme: string, body: Buffer): Buffer {
  return (scheme === 'canvas' ? claimsOf(canvasTokenOf(body)) : undefined) ?? body;
}

/** What a mapping reads: parsed JSON or the fields of a form; undefined for anything else. Safe to store in Postgres. */
export function contentOf(scheme: string, contentType: string | undefined, body: Buffer): unknown {
  const bytes = messageBytes(scheme, body);
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(contentType ?? '');
  return storableValue(isForm ? formFields(text) : jsonOf(text));
}

function jsonOf(text: string): unknown {
  if (isNestedDeeperThan(text, maxDepth)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function formFields(text: string): Record<string, unknown> {
  const fields = [...new URLSearchParams(text)].map(([name, value]) => [
    name,
    name === jsonFormField ? (jsonOf(value) ?? value) : value,
  ]);
  return Object.fromEntries(fields) as Record<string, unknown>;
}
