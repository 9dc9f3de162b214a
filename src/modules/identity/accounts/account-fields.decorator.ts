import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsEmail, IsString, Matches, MaxLength, ValidateBy, ValidateIf } from 'class-validator';
import {
  isAcceptablePassword,
  maxPasswordChars,
  minPasswordChars,
  normalizePassword,
} from '../passwords/password.policy.js';

interface FieldOptions {
  isOptional?: boolean;
}

const maxEmailChars = 254;
const maxNameChars = 100;

const ifString = (change: (text: string) => string) =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? change(value) : value));

/** Left out is fine, null is not: unlike `IsOptional`, which lets null through to the database. */
const field = ({ isOptional = false }: FieldOptions, documentation: ApiPropertyOptions) =>
  isOptional
    ? applyDecorators(
        ValidateIf((_, value) => value !== undefined),
        ApiPropertyOptional(documentation),
      )
    : ApiProperty(documentation);

/** Text as it is stored and compared: NFC, without blanks around it. */
export const NormalizedText = () => ifString((text) => text.normalize('NFC').trim());

/** An email in lower case. ASCII only: no look-alike of somebody's address can be registered; domains go in Punycode. */
export const EmailField = (options: FieldOptions = {}) =>
  applyDecorators(
    field(options, { type: String, example: 'ada@example.org', maxLength: maxEmailChars }),
    ifString((text) => text.trim().toLowerCase()),
    IsEmail({ allow_utf8_local_part: false }, { message: 'email must be an email address' }),
    Matches(/^[\x21-\x7e]*$/, { message: 'email must be written in ASCII; write the domain in Punycode (xn--…)' }),
    MaxLength(maxEmailChars),
  );

/** ASCII only, so that no name can pass for another one; without `@`, so that it is never taken for an email. */
export const UsernameField = (options: FieldOptions = {}) =>
  applyDecorators(
    field(options, { type: String, example: 'ada', minLength: 3, maxLength: 32 }),
    NormalizedText(),
    Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{1,30}[A-Za-z0-9]$/, {
      message:
        'username must be 3-32 letters, digits, dots, dashes or underscores, and begin and end with a letter or digit',
    }),
  );

/** A person's name in any script, without control characters and marks that turn the direction of the text around it. */
export const NameField = (options: FieldOptions = {}) =>
  applyDecorators(
    field(options, { type: String, example: 'Ada Lovelace', maxLength: maxNameChars }),
    NormalizedText(),
    Matches(/^[^\p{Control}\p{Surrogate}\p{Bidi_Control}]+$/u, {
      message: 'name must be text without control characters',
    }),
    MaxLength(maxNameChars),
  );

export const StudentIdField = (options: FieldOptions = {}) =>
  applyDecorators(
    field(options, { type: String, example: 'IT2024001', maxLength: 64 }),
    NormalizedText(),
    Matches(/^[\p{Letter}\p{Number}._/-]{1,64}$/u, {
      message: 'studentId must be 1-64 letters, digits, dots, dashes, slashes or underscores',
    }),
  );

export const NewPasswordField = (options: FieldOptions = {}) =>
  applyDecorators(
    field(options, {
      type: String,
      example: 'correct horse battery staple',
      minLength: minPasswordChars,
      maxLength: maxPasswordChars,
    }),
    ifString(normalizePassword),
    ValidateBy({
      name: 'isAcceptablePassword',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isAcceptablePassword(value),
        defaultMessage: () => `$property must have ${minPasswordChars} to ${maxPasswordChars} characters`,
      },
    }),
  );

/** A password to be compared; what cannot be anybody's password is not hashed. */
export const GivenPasswordField = (options: FieldOptions = {}) =>
  applyDecorators(
    field(options, { type: String, example: 'correct horse battery staple', maxLength: maxPasswordChars }),
    ifString(normalizePassword),
    IsString(),
    MaxLength(maxPasswordChars),
  );
