import { z } from 'zod';
import { bytesSchema } from './bytes';
import { builderSchema } from './builders';
import { buildSummarySchema } from './builds';
import { cacheRecordsItemSchema, pruneItemSchema, pruneRequestSchema } from './cacheRecords';
import { buildEventSchema, buildProgressSchema } from '../model/progress/types';
import { fileTreeItemSchema, fileTreeRequestSchema } from './imageFiles';
import {
  imageCopySchema,
  imageRunItemSchema,
  imageRunSchema,
  newIndexSchema,
  transferItemSchema,
} from './imageActions';
import { recentProjectSchema } from './projects';

const nothing = z.undefined();
const buildId = z.object({ id: z.string().min(1).max(64) });

/** Every stream the page may subscribe to: its parameters and its items. A stream starts with a snapshot. */
export const streams = {
  /** The whole list, again whenever anything in it changes. */
  'builders.watch': { params: nothing, item: z.array(builderSchema) },
  /** The build cache of a builder, node by node as they answer; ends when every node has answered or failed. */
  'builders.cacheRecords': {
    params: z.object({ name: z.string().min(1).max(128) }),
    item: cacheRecordsItemSchema,
  },
  /** Takes records away; unsubscribing stops that. */
  'builders.prune': { params: pruneRequestSchema, item: pruneItemSchema },
  'projects.watch': { params: nothing, item: z.array(recentProjectSchema) },
  /** Newest first; `summary` items are additions or changes, `removed` items go away. */
  'builds.watch': {
    params: nothing,
    item: z.discriminatedUnion('type', [
      z.object({ type: z.literal('snapshot'), builds: z.array(buildSummarySchema) }),
      z.object({ type: z.literal('summary'), build: buildSummarySchema }),
      z.object({ type: z.literal('removed'), id: z.string() }),
    ]),
  },
  /** A snapshot, then numbered events for `reduceBuild`; ends when the build has ended. */
  'builds.progress': {
    params: buildId,
    item: z.discriminatedUnion('type', [
      z.object({ type: z.literal('snapshot'), progress: buildProgressSchema }),
      z.object({ type: z.literal('events'), events: z.array(buildEventSchema) }),
    ]),
  },
  /** The log from its first byte, in chunks of whole records (see shared/model/log/records.ts); ends with the build. */
  'builds.log': { params: buildId, item: bytesSchema },
  /** The Dockerfile's revision on disk, whenever it changes; `missing` when the file is gone. */
  'projects.dockerfileChanges': {
    params: z.object({ project: z.string(), dockerfile: z.string() }),
    item: z.object({ revision: z.string().optional() }),
  },
  /** Indexes layers and puts them side by side; unsubscribing stops that, and gives the tree up. */
  'images.fileTree': { params: fileTreeRequestSchema, item: fileTreeItemSchema },
  /** Stores a new index under its tags, after copying what is missing there; unsubscribing stops that. */
  'images.createIndex': { params: newIndexSchema, item: transferItemSchema },
  'images.copy': { params: imageCopySchema, item: transferItemSchema },
  /** Unsubscribing stops the container. */
  'images.run': { params: imageRunSchema, item: imageRunItemSchema },
  /** Requests from the menu or the window's frame, by command id. */
  'app.commands': {
    params: nothing,
    item: z.discriminatedUnion('type', [
      z.object({ type: z.literal('command'), command: z.string() }),
      z.object({ type: z.literal('open-project'), path: z.string() }),
    ]),
  },
} as const;

export type Streams = typeof streams;
export type StreamName = keyof Streams;
export type StreamParams<N extends StreamName> = z.input<Streams[N]['params']>;
export type StreamItem<N extends StreamName> = z.output<Streams[N]['item']>;
