const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * What the plugin's front end reads a portal's logo from: it looks for the image on the portal's catalogue page.
 *
 * @param logo a data URL
 */
export function logoPage(portal: string, logo: string | null): string {
  const name = portal.replace(/[&<>"]/g, (character) => escapes[character] ?? '');
  const image = logo === null ? '' : `<img class="portal-logo" alt="" src="${logo}">`;
  return `<!doctype html>\n<html lang="en">\n<head><title>${name}</title></head>\n<body>${image}</body>\n</html>\n`;
}
