import { createHash } from 'node:crypto';

interface Text {
  title: string;
  detail: string;
}

/** What the portal says by `notification`; newer portals also say `session-expired`. */
const texts: Record<string, Text> = {
  'session-deleted': { title: 'Your workshop has ended', detail: 'The session was ended and its place given back.' },
  'session-expired': { title: 'Your time is over', detail: 'The session has reached the end of its time.' },
  'session-invalid': {
    title: 'This session is over',
    detail: 'The session does not exist any more. You can start the workshop again.',
  },
  'session-unavailable': {
    title: 'There is no free place',
    detail: 'All places of the workshop are taken at the moment. Try again in a few minutes.',
  },
  'workshop-invalid': {
    title: 'This workshop is not offered any more',
    detail: 'Choose another one from the catalogue.',
  },
  'startup-timeout': {
    title: 'The workshop did not start in time',
    detail: 'Its environment took too long. Start it again; if that happens once more, tell your instructor.',
  },
};

const otherwise: Text = { title: 'You have left the workshop', detail: 'You can go on from your list of workshops.' };

/** Workshops run in frames; what follows belongs into the whole window (Educates, issue 130). */
const breakOut = 'if (window.top !== window.self) window.top.location = window.location.href;';
const style = 'body{font:1.1rem system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem;line-height:1.5}';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but the script and the style of this page; it may be framed, because it leaves the frame. */
export const returnPagePolicy = `default-src 'none'; script-src ${hashOf(breakOut)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'; frame-ancestors *`;

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

/**
 * Where a browser arrives that leaves a workshop.
 *
 * @param notification the portal's word for why; anything else is taken as no word
 * @param backUrl where the way back leads; only ever an address of ours
 */
export function returnPage(notification: string | undefined, backUrl: string): string {
  const isKnown = notification !== undefined && Object.hasOwn(texts, notification);
  const { title, detail } = (isKnown ? texts[notification] : undefined) ?? otherwise;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${style}</style><script>${breakOut}</script></head>
<body><main><h1>${title}</h1><p>${detail}</p><p><a href="${escaped(backUrl)}" target="_top">Back to your workshops</a></p></main></body>
</html>
`;
}
