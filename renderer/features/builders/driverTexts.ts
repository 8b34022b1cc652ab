import type { DriverDescription } from '../../../shared/contract';
import { coreText } from '../../locales/core';

/** A driver's form with its labels, descriptions and choices in the page's language. */
export function inPageLanguage(driver: DriverDescription): DriverDescription {
  return {
    ...driver,
    summary: coreText(driver.summary),
    endpoint: translated(driver.endpoint),
    options: driver.options.map((option) => ({
      ...translated(option),
      ...(option.choices && { choices: option.choices.map(translated) }),
    })),
  };
}

function translated<T extends { label?: string | undefined; description?: string | undefined }>(part: T): T {
  return {
    ...part,
    ...(part.label !== undefined && { label: coreText(part.label) }),
    ...(part.description !== undefined && { description: coreText(part.description) }),
  };
}
