import { StudioError } from '../../shared/contract';
import type { Driver } from './driver';

/** The options that were filled in: an empty field of the form is one that was not. */
export function givenOptions(options: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([key, value]) => (value.trim() === '' ? [] : [[key, value.trim()]])),
  );
}

/** @throws StudioError `invalid-request` with the field in `details.subject` */
export function parseOptions(driver: Driver, options: Record<string, string>): unknown {
  const parsed = driver.optionsSchema.safeParse(givenOptions(options));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(String(issue?.path[0] ?? 'options'), issue?.message ?? 'The options don’t fit.');
}

/** What a person typed and has to type again; `subject` is the field. */
export function invalid(subject: string, message: string): StudioError {
  return new StudioError({
    code: 'invalid-request',
    message,
    hint: 'Change what you typed.',
    details: { subject },
  });
}
