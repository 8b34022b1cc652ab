import type {
  Builder,
  DriverDescription,
  DriverOption,
  NewBuilder,
  NewNode,
  StudioErrorData,
} from '../../../shared/contract';

/** Name and value of one row of a table of pairs, such as an environment variable. */
export interface Pair {
  name: string;
  value: string;
}

/** What is typed for one driver, kept while another one is looked at. */
export interface DriverForm {
  endpoint: string;
  /** Texts by the option's name. */
  options: Readonly<Record<string, string>>;
  /** Rows by the option's name, which is their prefix. */
  pairs: Readonly<Record<string, readonly Pair[]>>;
  /** buildkitd's flags, one a line. */
  flags: string;
  /** The text of a buildkitd.toml. */
  config: string;
}

/** What is typed into "New builder" or "Add node". */
export interface NewBuilderForm {
  name: string;
  driver: string;
  /** The node's name; empty for the one that buildx would give. */
  node: string;
  platforms: readonly string[];
  /** By driver's name. */
  byDriver: Readonly<Record<string, DriverForm>>;
  use: boolean;
  start: boolean;
}

const emptyDriverForm: DriverForm = { endpoint: '', options: {}, pairs: {}, flags: '', config: '' };

export const emptyForm: NewBuilderForm = {
  ...{ name: '', driver: '', node: '', platforms: [], byDriver: {} },
  ...{ use: false, start: true },
};

const namePattern = /^[a-zA-Z][a-zA-Z0-9._-]{0,63}$/;

/** Key of the text that says what is wrong with a builder's name, or undefined. */
export function nameProblem(
  name: string,
  builders: readonly Pick<Builder, 'name'>[],
): 'nameEmpty' | 'nameBad' | 'nameTaken' | undefined {
  if (name === '') return 'nameEmpty';
  if (!namePattern.test(name)) return 'nameBad';
  return builders.some((builder) => builder.name === name) ? 'nameTaken' : undefined;
}

/** What is typed for the chosen driver. */
export function driverForm(form: NewBuilderForm): DriverForm {
  return form.byDriver[form.driver] ?? emptyDriverForm;
}

/** The form with something changed for the chosen driver. */
export function withDriverForm(form: NewBuilderForm, patch: Partial<DriverForm>): NewBuilderForm {
  return { ...form, byDriver: { ...form.byDriver, [form.driver]: { ...driverForm(form), ...patch } } };
}

/** An option's text: what was typed, else its default. */
export function optionValue(form: NewBuilderForm, option: DriverOption): string {
  return driverForm(form).options[option.name] ?? option.default ?? '';
}

/** Keys of texts that say what is wrong, by field: `name`, `endpoint`, or an option's name. */
export type FieldProblems = Readonly<
  Record<string, 'nameEmpty' | 'nameBad' | 'nameTaken' | 'required' | 'notANumber'>
>;

/** What can be told to be wrong without asking the core. A node's form has no name. */
export function findProblems(
  form: NewBuilderForm,
  driver: DriverDescription,
  builders: readonly Pick<Builder, 'name'>[] | undefined,
): FieldProblems {
  const name = builders === undefined ? undefined : nameProblem(form.name.trim(), builders);
  const noAddress = driver.endpoint.kind === 'address' && driverForm(form).endpoint.trim() === '';
  const options = driver.options.flatMap((option): [string, 'required' | 'notANumber'][] => {
    const value = optionValue(form, option).trim();
    if (value === '' && option.required && option.kind !== 'pairs') return [[option.name, 'required']];
    if (option.kind === 'number' && value !== '' && !/^-?\d+(\.\d+)?$/.test(value)) {
      return [[option.name, 'notANumber']];
    }
    return [];
  });
  return {
    ...(name === undefined ? {} : { name }),
    ...(noAddress ? { endpoint: 'required' as const } : {}),
    ...Object.fromEntries(options),
  };
}

/**
 * The node as the core takes it. What was left as it is by default is left out, so that it stays the default when a
 * later driver changes it.
 */
export function newNodeOf(form: NewBuilderForm, driver: DriverDescription): NewNode {
  const { endpoint, flags, config } = driverForm(form);
  const lines = driver.takesConfig ? flags.split('\n').map((line) => line.trim()) : [];
  const words = lines.filter((line) => line !== '');
  return {
    ...(form.node.trim() === '' ? {} : { name: form.node.trim() }),
    ...(driver.endpoint.kind === 'none' ? {} : { endpoint: endpoint.trim() }),
    options: givenOptions(form, driver),
    ...(form.platforms.length === 0 ? {} : { platforms: [...form.platforms] }),
    ...(words.length === 0 ? {} : { flags: words }),
    ...(driver.takesConfig && config.trim() !== '' ? { config } : {}),
  };
}

/** The builder as the core takes it. */
export function newBuilderOf(form: NewBuilderForm, driver: DriverDescription): NewBuilder {
  return { name: form.name.trim(), driver: driver.name, node: newNodeOf(form, driver) };
}

function givenOptions(form: NewBuilderForm, driver: DriverDescription): Record<string, string> {
  const { options, pairs } = driverForm(form);
  const given = driver.options.flatMap((option): [string, string][] => {
    if (option.kind === 'pairs') {
      return (pairs[option.name] ?? [])
        .filter(({ name }) => name.trim() !== '')
        .map(({ name, value }) => [`${option.name}${name.trim()}`, value]);
    }
    const value = (options[option.name] ?? '').trim();
    const usual = option.default ?? (option.kind === 'boolean' ? 'false' : '');
    return value === '' || value === usual ? [] : [[option.name, value]];
  });
  return Object.fromEntries(given);
}

/**
 * The field that an error of the core is about; undefined when it is about none of them. A row of a table of pairs is
 * that table's.
 */
export function fieldOf(
  error: StudioErrorData,
  driver: DriverDescription | undefined,
  isNode: boolean,
): string | undefined {
  const subject = error.details?.subject;
  if (subject === undefined || error.code === 'builder-unreachable') return undefined;
  if (['node', 'platforms'].includes(subject)) return subject;
  if (subject === 'name') return isNode ? undefined : subject;
  if (subject === 'endpoint') return driver?.endpoint.kind === 'none' ? undefined : subject;
  if (subject === 'flags' || subject === 'config') return driver?.takesConfig ? subject : undefined;
  const option =
    driver?.options.find(({ name }) => name === subject) ??
    driver?.options.find(({ name, kind }) => kind === 'pairs' && subject.startsWith(name));
  return option?.name;
}

/** Whether a field is among those that are folded away. */
export function isAdvanced(field: string, driver: DriverDescription): boolean {
  if (field === 'node' || field === 'flags' || field === 'config') return true;
  return driver.options.some(({ name, advanced }) => name === field && advanced === true);
}
