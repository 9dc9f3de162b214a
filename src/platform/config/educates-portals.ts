/** A training portal that the operator configured; its address is trusted. */
export interface ConfiguredPortal {
  name: string;
  url: string;
  /** What grants can name the portal by. */
  labels?: Record<string, string>;
  robot: { username: string; password: string; clientId: string; clientSecret: string };
}

/**
 * Reads `EDUCATES_PORTALS` (`name=https://…`, comma separated) and, for each name, `EDUCATES_<NAME>_ROBOT_USERNAME`,
 * `…_ROBOT_PASSWORD`, `…_ROBOT_CLIENT_ID`, `…_ROBOT_CLIENT_SECRET` (name in capitals, `-` as `_`), and if it is there
 * `EDUCATES_<NAME>_LABELS` (`key=value`, comma separated).
 * Every problem is added to `problems`.
 */
export function parsePortals(variables: Record<string, unknown>, problems: string[]): ConfiguredPortal[] {
  const text = variables['EDUCATES_PORTALS'];
  if (typeof text !== 'string' || text.trim() === '') return [];
  const portals = text.split(',').flatMap((entry) => {
    const [, name, url] = /^\s*([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)=(https?:\/\/\S+?)\/?\s*$/.exec(entry) ?? [];
    if (name === undefined || url === undefined || !URL.canParse(url)) {
      problems.push(`EDUCATES_PORTALS: "${entry.trim()}" must look like name=https://portal.example.org`);
      return [];
    }
    const family = `EDUCATES_${name.toUpperCase().replaceAll('-', '_')}_`;
    const prefix = `${family}ROBOT_`;
    const read = (suffix: string): string => {
      const value = variables[prefix + suffix];
      if (typeof value === 'string' && value !== '') return value;
      problems.push(`${prefix}${suffix}: is required for the portal "${name}"`);
      return '';
    };
    const robot = {
      username: read('USERNAME'),
      password: read('PASSWORD'),
      clientId: read('CLIENT_ID'),
      clientSecret: read('CLIENT_SECRET'),
    };
    const labels = parseLabels(variables[`${family}LABELS`], `${family}LABELS`, problems);
    return [{ name, url, robot, ...(labels !== undefined && { labels }) }];
  });
  const names = portals.map(({ name }) => name);
  if (new Set(names).size !== names.length) problems.push('EDUCATES_PORTALS: two portals have the same name');
  return portals;
}

/** The form of a label's key and of its value. */
export const labelPatterns = { key: /^[A-Za-z0-9][\w./-]{0,62}$/, value: /^[\w. -]{0,63}$/ };

function parseLabels(value: unknown, variable: string, problems: string[]): Record<string, string> | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const labels: Record<string, string> = {};
  for (const entry of value.split(',')) {
    const [key = '', text = ''] = entry.trim().split('=', 2);
    if (entry.includes('=') && labelPatterns.key.test(key) && labelPatterns.value.test(text)) labels[key] = text;
    else problems.push(`${variable}: "${entry.trim()}" must look like region=north`);
  }
  return labels;
}
