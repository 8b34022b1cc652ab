import { z } from 'zod';
import type { DriverOption } from '../../../shared/contract';

const kibi = 1024;
const units = ['', 'k', 'm', 'g', 't', 'p'];

/** Bytes in `512m` or `2 GiB`, with units of 1024 (docker/go-units RAMInBytes); undefined for what is no size. */
export function bytesOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?(?:([kmgtp])(?:i?b)?|b)?$/i.exec(text);
  if (match === null) return undefined;
  return Math.trunc(Number(match[1]) * kibi ** units.indexOf((match[2] ?? '').toLowerCase()));
}

/** The words that Go takes for true and false (strconv.ParseBool). */
const trueWords: readonly string[] = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const falseWords: readonly string[] = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

const size = z.string().transform((text, context) => {
  const bytes = bytesOf(text);
  if (bytes !== undefined) return bytes;
  context.addIssue({ code: 'custom', message: 'Type a size, such as 512m or 2g.' });
  return z.NEVER;
});
const swapSize = z.union([z.literal('-1').transform(() => -1), size], {
  error: 'Type a size, such as 2g, or -1 for as much as there is.',
});
const integer = z
  .string()
  .regex(/^[+-]?\d{1,18}$/, 'Type a whole number.')
  .transform(Number);
const boolean = z
  .string()
  .refine((text) => [...trueWords, ...falseWords].includes(text), 'Choose true or false.')
  .transform((text) => trueWords.includes(text));

const restartPolicies = ['no', 'always', 'unless-stopped', 'on-failure'] as const;

/** A restart policy as Docker's API takes it. */
export interface RestartPolicy {
  Name: (typeof restartPolicies)[number];
  MaximumRetryCount: number;
}

const restartPolicy = z.string().transform((text, context): RestartPolicy => {
  const [, name, count] = /^([a-z-]+)(?::(\d{1,9})?)?$/.exec(text) ?? [];
  const known = restartPolicies.find((policy) => policy === name);
  if (known !== undefined && (count === undefined || known === 'on-failure')) {
    return { Name: known, MaximumRetryCount: Number(count ?? 0) };
  }
  context.addIssue({
    code: 'custom',
    message: `Type one of ${restartPolicies.join(', ')}, or on-failure:5 for five attempts.`,
  });
  return z.NEVER;
});

const fields = {
  image: z.string().optional(),
  network: z.string().optional(),
  memory: size.optional(),
  'memory-swap': swapSize.optional(),
  'cpu-quota': integer.optional(),
  'cpu-period': integer.optional(),
  'cpu-shares': integer.optional(),
  'cpuset-cpus': z.string().optional(),
  'cpuset-mems': z.string().optional(),
  'cgroup-parent': z.string().optional(),
  'restart-policy': restartPolicy.optional(),
  'default-load': boolean.optional(),
  'provenance-add-gha': boolean.optional(),
  'allow-untrusted-image': boolean.optional(),
};

/** The options of buildx's driver (buildx driver/docker-container/factory.go), as typed or stored, and what they mean. */
export const optionsSchema = z
  .object(fields)
  .catchall(z.string())
  .transform((options, context) => {
    const env: string[] = [];
    for (const [name, value] of Object.entries(options)) {
      if (Object.hasOwn(fields, name)) continue;
      if (/^env\.[^=\0]+$/.test(name)) env.push(`${name.slice('env.'.length)}=${value as string}`);
      else {
        const message = name.startsWith('env.')
          ? 'An environment variable needs a name.'
          : `The driver docker-container has no option ${name}.`;
        context.addIssue({ code: 'custom', path: [name], message });
      }
    }
    return { ...(options as z.output<z.ZodObject<typeof fields>>), env };
  });

/** What the options say. Sizes are bytes, `env` is `NAME=value`. */
export type ContainerOptions = z.output<typeof optionsSchema>;

const optional = { required: false } as const;
const seldom = { required: false, advanced: true } as const;

/** How the form asks for the options. */
export const form: readonly DriverOption[] = [
  {
    ...{ name: 'image', kind: 'text', label: 'BuildKit image', ...optional },
    placeholder: 'moby/buildkit:buildx-stable-1',
    description: 'Pulled by the engine when the container is made.',
  },
  {
    ...{ name: 'network', kind: 'text', label: 'Network', placeholder: 'bridge', ...optional },
    description: 'The container’s network: bridge, host, none, or the name of one.',
  },
  {
    ...{ name: 'memory', kind: 'text', label: 'Memory', placeholder: '4g', ...optional },
    description: 'What all builds may use together.',
  },
  {
    ...{ name: 'memory-swap', kind: 'text', label: 'Memory and swap', placeholder: '-1', ...seldom },
    description: 'Memory and swap together; -1 for as much swap as there is.',
  },
  {
    ...{ name: 'cpu-quota', kind: 'number', label: 'CPU quota', placeholder: '200000', ...seldom },
    description: 'Microseconds of CPU time in each period.',
  },
  {
    ...{ name: 'cpu-period', kind: 'number', label: 'CPU period', placeholder: '100000', ...seldom },
    description: 'Length of a period in microseconds.',
  },
  {
    ...{ name: 'cpu-shares', kind: 'number', label: 'CPU shares', placeholder: '1024', ...seldom },
    description: 'Weight against other containers while the CPU is busy.',
  },
  {
    ...{ name: 'cpuset-cpus', kind: 'text', label: 'CPUs', placeholder: '0-3,6', ...seldom },
    description: 'The CPUs that builds may run on.',
  },
  {
    ...{ name: 'cpuset-mems', kind: 'text', label: 'Memory nodes', placeholder: '0,1', ...seldom },
    description: 'The NUMA nodes whose memory builds may use.',
  },
  {
    ...{ name: 'cgroup-parent', kind: 'text', label: 'Parent cgroup', ...seldom },
    placeholder: '/docker/buildx',
    description: 'Has a meaning where the engine’s cgroup driver is cgroupfs.',
  },
  {
    ...{ name: 'restart-policy', kind: 'text', label: 'Restart policy', ...seldom },
    placeholder: 'unless-stopped',
    description: 'no, always, unless-stopped, on-failure or on-failure:5.',
  },
  {
    ...{
      name: 'default-load',
      kind: 'boolean',
      label: 'Load into Docker by default',
      default: 'false',
      ...optional,
    },
    description: 'Builds that name no output end in the engine’s images.',
  },
  {
    ...{ name: 'env.', kind: 'pairs', label: 'Environment variables', ...seldom },
    description: 'For buildkitd: proxies, BUILDKIT_STEP_LOG_MAX_SIZE.',
  },
  {
    ...{
      name: 'allow-untrusted-image',
      kind: 'boolean',
      label: 'Allow an untrusted image',
      default: 'false',
      ...seldom,
    },
    description: 'Lets docker buildx start moby/buildkit images whose signature it can’t verify.',
  },
  {
    ...{
      name: 'provenance-add-gha',
      kind: 'boolean',
      label: 'GitHub Actions in provenance',
      default: 'true',
      ...seldom,
    },
    description: 'Lets docker buildx, when it runs in GitHub Actions, add the workflow to provenance.',
  },
];
