/** Resolves as soon as the condition gives something truthy; fails after the deadline with what it waited for. */
export async function waitFor<T>(
  condition: () => Promise<T> | T,
  { timeoutMs = 20_000, intervalMs = 20, what = condition.toString() } = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const result = await condition();
      if (result) return result;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`, { cause: lastError });
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
