import { z } from 'zod';
import { StudioError } from '../../shared/contract';
import type { Driver } from './driver';
import type { StoredBuilder } from './store';

const optionsSchema = z.looseObject({});

/** Stands in for the driver of a stored builder that Manifold can't use: its nodes are shown, and dialling says `reason`. */
export function unsupportedDriver(reason: StudioError): Driver<typeof optionsSchema> {
  return {
    name: 'unsupported',
    summary: reason.message,
    optionsSchema,
    endpoint: { kind: 'none' },
    checkEndpoint: () => undefined,
    form: [],
    capabilities: {
      start: false,
      stop: false,
      config: false,
      severalNodes: false,
      endsWithManifold: false,
      keepState: false,
      test: false,
    },
    create: ({ endpoint }) => ({
      endpoint,
      info: () => Promise.resolve({ status: 'unknown' }),
      boot: () => Promise.reject(reason),
      stop: () => Promise.reject(reason),
      remove: () => Promise.reject(reason),
      dial: () => Promise.reject(reason),
    }),
  };
}

/**
 * Why a stored builder can't be used.
 *
 * @param misfit why its options can't be, when it isn't the driver that is missing
 */
export function unsupported({ name, driver }: StoredBuilder, misfit?: unknown): StudioError {
  const message =
    misfit instanceof Error
      ? `Manifold can’t use the builder ${name}: ${misfit.message}`
      : `Builders of the driver ${driver} are not supported yet.`;
  const hint = 'Use it with docker buildx, or choose another builder here.';
  return new StudioError({ code: 'builder-unavailable', message, hint, details: { subject: name } });
}
