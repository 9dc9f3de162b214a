const quote = 0x22;
const backslash = 0x5c;

/**
 * Whether a JSON text opens more than `limit` arrays and objects inside each other. Looks at the text, before anything is built
 * from it, because what walks the value later (validation, transformation, serialisation) is recursive.
 */
export function isNestedDeeperThan(json: string, limit: number): boolean {
  if (json.length <= limit) return false;
  let depth = 0;
  for (let index = 0; index < json.length; index += 1) {
    switch (json.charCodeAt(index)) {
      case quote:
        index = endOfString(json, index);
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        if (depth > limit) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
      default:
    }
  }
  return false;
}

/** The index of the quote that closes the string, or the end of a text in which none does. */
function endOfString(json: string, start: number): number {
  let index = start + 1;
  while (index < json.length && json.charCodeAt(index) !== quote) {
    index += json.charCodeAt(index) === backslash ? 2 : 1;
  }
  return index;
}
