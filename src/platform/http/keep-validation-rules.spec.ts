import { getMetadataStorage, IsInt, IsString, validateSync } from 'class-validator';
import { keepValidationRules } from './keep-validation-rules.js';

class Parent {
  @IsString()
  name: unknown;
}

class Child extends Parent {
  @IsInt()
  age: unknown;

  @IsInt({ groups: ['strict'] })
  size: unknown;
}

describe('kept validation rules', () => {
  const rulesOf = (type: typeof Parent, groups?: string[]) =>
    getMetadataStorage().getTargetValidationMetadatas(type, '', false, false, groups);
  const namesOf = (rules: ReturnType<typeof rulesOf>) => rules.map(({ propertyName }) => propertyName).toSorted();

  beforeAll(keepValidationRules);

  it('are those of the class and of what it inherits from, looked up once', () => {
    const failed = () => validateSync(new Child()).map(({ property }) => property).toSorted(); // prettier-ignore
    expect(failed()).toEqual(['age', 'name', 'size']);
    expect(failed()).toEqual(['age', 'name', 'size']);
    expect(rulesOf(Child)).toBe(rulesOf(Child));
    expect(namesOf(rulesOf(Parent))).toEqual(['name']);
  });

  it('are not taken for those of a group', () => {
    rulesOf(Child);
    expect(namesOf(rulesOf(Child, ['strict']))).toEqual(['size']);
  });
});
