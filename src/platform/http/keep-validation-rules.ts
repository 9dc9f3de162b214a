import { getMetadataStorage } from 'class-validator';

let isDone = false;

/**
 * Lets class-validator look up the rules of a class once. It would go over all classes of the application at each validation to find
 * those that the class inherits from. Decorators have declared all rules by then.
 */
export function keepValidationRules(): void {
  if (isDone) return;
  isDone = true;
  const storage = getMetadataStorage();
  const find = storage.getTargetValidationMetadatas.bind(storage);
  const known = new Map<unknown, ReturnType<typeof find>>();
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    const isUsual = !schema && !always && !strictGroups && !groups;
    if (!isUsual) return find(target, schema, always, strictGroups, groups);
    let rules = known.get(target);
    if (rules === undefined) {
      rules = find(target, schema, always, strictGroups, groups);
      known.set(target, rules);
    }
    return rules;
  };
}
