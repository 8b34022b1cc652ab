import { z } from 'zod';

/** One line of what an engine tells about a pull or a load (moby pkg/jsonmessage). */
export const messageSchema = z.looseObject({
  status: z.string().optional(),
  stream: z.string().optional(),
  id: z.string().optional(),
  progressDetail: z.looseObject({ current: z.number().optional(), total: z.number().optional() }).nullish(),
  error: z.string().optional(),
});
export type EngineMessage = z.infer<typeof messageSchema>;
