import { z } from 'zod';
import { bytesSchema } from './bytes';
import { fileDifferences } from './fileDifferences';
import { imageSourceSchema } from './images';

const digest = z.string().max(512);

/** One side of a comparison of files: layers of one image, lowest first. */
export const fileColumnSchema = z.object({
  source: imageSourceSchema,
  /** Of the machine that the image is for; binaries of another one are flagged. */
  platform: z.string().max(128).optional(),
  layers: z
    .array(
      z.object({
        digest,
        mediaType: z.string().max(256),
        size: z.number().min(0),
        /** Digest of the uncompressed content, which is checked too when it is known. */
        diffId: digest.optional(),
        /** Of its descriptor: they tell the digests of tables of contents, without which those can't be trusted. */
        annotations: z.record(z.string(), z.string()).optional(),
        /** Where a foreign layer is to be had. */
        urls: z.array(z.string()).optional(),
      }),
    )
    .max(1000),
  /** `layer`: the last one by itself, with its whiteouts. `merged`: the file system that all of them make. */
  view: z.enum(['layer', 'merged']),
});
export type FileColumn = z.infer<typeof fileColumnSchema>;

/** What is put side by side: up to eight columns. A column may lack layers (a step that this platform has not). */
export const fileTreeRequestSchema = z.object({ columns: z.array(fileColumnSchema).min(1).max(8) });
export type FileTreeRequest = z.infer<typeof fileTreeRequestSchema>;

export const fileKinds = [
  'file',
  'directory',
  'symlink',
  'hardlink',
  'character-device',
  'block-device',
  'fifo',
  'whiteout',
  'opaque',
] as const;
export const fileKindSchema = z.enum(fileKinds);
export type FileKind = z.infer<typeof fileKindSchema>;

/** What a program's header says about the machine that it runs on. */
export const executableSchema = z.object({
  format: z.enum(['elf', 'mach-o', 'pe']),
  /** As tools name it, such as `x86-64`, `AArch64`, `ARM`, `RISC-V`. A universal Mach-O names several. */
  machines: z.array(z.string()),
  /** Set when none of them is what the image's platform runs. */
  wrongMachine: z.boolean(),
});
export type Executable = z.infer<typeof executableSchema>;

/** A path in one column. Sizes in bytes, a directory's are those of all that is below it. */
export const fileCellSchema = z.object({
  kind: fileKindSchema,
  size: z.number(),
  /** Permission bits. */
  mode: z.number(),
  uid: z.number(),
  gid: z.number(),
  modifiedMs: z.number(),
  /** Of a link. */
  target: z.string().optional(),
  executable: executableSchema.optional(),
  /** Position, in the column's layers, of the one that it comes from. */
  layer: z.number(),
});
export type FileCell = z.infer<typeof fileCellSchema>;

/** A path across the columns. */
export const fileRowSchema = z.object({
  /** Without a leading slash. Bytes that are no UTF-8 are shown as U+FFFD; `id` tells such names apart. */
  path: z.string(),
  name: z.string(),
  id: z.string(),
  depth: z.number(),
  isDirectory: z.boolean(),
  expanded: z.boolean(),
  /** One a column; null where the path is not there. */
  cells: z.array(fileCellSchema.nullable()),
  /** `only`: missing in some column. A directory that itself is the same can hold differences: see `differing`. */
  comparison: z.enum(['identical', 'differs', 'only']),
  differences: z.array(z.enum(fileDifferences)),
  /** Of a directory: how many paths below it differ or are in some columns only. */
  differing: z.number(),
  /** Among its siblings, from 1, for assistive technology. */
  position: z.number(),
  siblings: z.number(),
});
export type FileRow = z.infer<typeof fileRowSchema>;

/** Which rows are shown. */
export const fileFilterSchema = z.object({
  /** Part of a path, in any case; `*` and `?` stand for any characters. */
  text: z.string().max(1024),
  /** Any of these; all when empty. */
  show: z.array(z.enum(['differs', 'only', 'identical', 'wrong-machine', 'whiteout'])).max(5),
  /** Narrows `differs` to these kinds; any when empty. */
  differences: z.array(z.enum(fileDifferences)).max(fileDifferences.length),
});
export type FileFilter = z.infer<typeof fileFilterSchema>;

/** A window of the rows of a tree. */
export const fileRowsRequestSchema = z.object({
  tree: z.string().max(64),
  filter: fileFilterSchema,
  /** Ids of directories that are not as they are by default: unfolded without a filter, folded with one. */
  toggled: z.array(z.string().max(8192)).max(100_000),
  offset: z.number().min(0),
  count: z.number().min(0).max(2000),
});
export type FileRowsRequest = z.infer<typeof fileRowsRequestSchema>;

export const fileRowsSchema = z.object({
  /** Rows there are with this filter and these folds. */
  total: z.number(),
  /** Paths that the filter lets through, folded or not. */
  matching: z.number(),
  rows: z.array(fileRowSchema),
});
export type FileRows = z.infer<typeof fileRowsSchema>;

/** What a tree holds. Sizes in bytes. */
export const fileTreeSummarySchema = z.object({
  paths: z.number(),
  differs: z.number(),
  /** In some columns only. */
  only: z.number(),
  columns: z.array(
    z.object({
      paths: z.number(),
      /** Of all files, uncompressed. */
      size: z.number(),
      wrongMachine: z.array(z.object({ path: z.string(), executable: executableSchema })),
      biggest: z.array(z.object({ path: z.string(), size: z.number(), layer: z.number() })),
      /** Bytes that later layers overwrite or delete, and the largest of them. Of `merged` columns. */
      wastedBytes: z.number(),
      wasted: z.array(
        z.object({
          path: z.string(),
          size: z.number(),
          layer: z.number(),
          byLayer: z.number(),
          how: z.enum(['overwritten', 'deleted']),
        }),
      ),
      /** What was odd in the archives, such as names that lead outside; each was left out or shown as told. */
      warnings: z.array(z.string()),
    }),
  ),
});
export type FileTreeSummary = z.infer<typeof fileTreeSummarySchema>;

/**
 * How far the indexing is, then the tree; it can be asked about while the stream is open. Layers that were indexed
 * before are not read again.
 */
export const fileTreeItemSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    /** Compressed bytes read and to be read, of all layers that are not indexed yet. */
    readBytes: z.number(),
    totalBytes: z.number(),
    entries: z.number(),
  }),
  z.object({ type: z.literal('ready'), tree: z.string(), summary: fileTreeSummarySchema }),
]);
export type FileTreeItem = z.infer<typeof fileTreeItemSchema>;

/** A file of a tree, in one column. */
export const fileOfTreeSchema = z.object({
  tree: z.string().max(64),
  id: z.string().max(8192),
  column: z.number().min(0).max(7),
});
export type FileOfTree = z.infer<typeof fileOfTreeSchema>;

/** A file's content in the form it is best shown in. Larger ones can only be saved. */
export const fileContentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string(), size: z.number() }),
  z.object({ kind: z.literal('image'), mediaType: z.string(), bytes: bytesSchema, size: z.number() }),
  /** Its first bytes, to be shown as hexadecimal. */
  z.object({ kind: z.literal('binary'), bytes: bytesSchema, size: z.number() }),
  z.object({ kind: z.literal('too-large'), size: z.number() }),
]);
export type FileContent = z.infer<typeof fileContentSchema>;
