/** The key of a record of the values that make it up: the value itself, or several as a JSON array. */
export function keyText(values: readonly unknown[]): string {
  const texts = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return texts.length === 1 ? (texts[0] as string) : JSON.stringify(texts);
}
