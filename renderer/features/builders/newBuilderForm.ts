import type { Builder, DriverDescription, NewBuilder } from '../../../shared/contract';

/** What is typed into the dialog "New builder". */
export interface NewBuilderForm {
  name: string;
  driver: string;
  endpoint: string;
  /** By driver, so that trying another driver loses nothing. */
  options: Record<string, Record<string, string>>;
}

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/;

/** Key of the text that says what is wrong with a builder's name, or undefined. */
export function nameProblem(
  name: string,
  builders: readonly Pick<Builder, 'name'>[],
): 'nameEmpty' | 'nameBad' | 'nameTaken' | undefined {
  if (name === '') return 'nameEmpty';
  if (!namePattern.test(name)) return 'nameBad';
  return builders.some((builder) => builder.name === name) ? 'nameTaken' : undefined;
}

/** An option's text: what was typed, else its default. */
export function optionValue(form: NewBuilderForm, option: DriverDescription['options'][number]): string {
  return form.options[form.driver]?.[option.name] ?? option.default ?? '';
}

/** Names of the required options that are empty; `endpoint` for an address that is. */
export function missingOptions(form: NewBuilderForm, driver: DriverDescription): string[] {
  const address = driver.endpoint.kind === 'address' && form.endpoint.trim() === '' ? ['endpoint'] : [];
  const options = driver.options
    .filter((option) => option.required && optionValue(form, option).trim() === '')
    .map((option) => option.name);
  return [...address, ...options];
}

/** The form as the core takes it: empty options are left out. */
export function newBuilderOf(form: NewBuilderForm, driver: DriverDescription): NewBuilder {
  const filled = driver.options
    .map((option) => [option.name, optionValue(form, option).trim()] as const)
    .filter(([, value]) => value !== '');
  return {
    name: form.name.trim(),
    driver: driver.name,
    node: { endpoint: form.endpoint.trim(), options: Object.fromEntries(filled) },
  };
}
