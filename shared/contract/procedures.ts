import { z } from 'zod';
import {
  builderSchema,
  configFindingSchema,
  dockerContextSchema,
  driverDescriptionSchema,
  newBuilderSchema,
  newNodeSchema,
} from './builders';
import {
  buildRequestSchema,
  keptBuildSettingsSchema,
  buildSummarySchema,
  preflightFindingSchema,
} from './builds';
import { graphExportSchema } from './graph';
import { fileContentSchema, fileOfTreeSchema, fileRowsRequestSchema, fileRowsSchema } from './imageFiles';
import { indexPlanSchema, newIndexSchema, tagDeletionSchema } from './imageActions';
import {
  imageCatalogSchema,
  imageContentSchema,
  imageDocumentSchema,
  imageSourceSchema,
  provenanceSchema,
  rawDocumentSchema,
  referrersSchema,
  sbomSchema,
} from './images';
import { checkRequestSchema, checkResultSchema } from './checks';
import { contextListingSchema, dockerfileTextSchema, projectSchema } from './projects';
import { bootSchema, layoutSchema, settingsSchema } from './settings';
import { studioErrorSchema } from './errors';

const nothing = z.undefined();
const done = z.void();
const path = z.string().min(1).max(4096);
const file = z.object({ project: path, dockerfile: path });
const buildId = z.object({ id: z.string().min(1).max(64) });
const builderName = z.object({ name: z.string().min(1).max(128) });
const nodeName = z.string().min(1).max(128);

/** Every call the page may make: its parameters and its result. Nothing else crosses the seam, but for the streams. */
export const procedures = {
  'app.boot': { params: nothing, result: bootSchema },
  'settings.update': { params: settingsSchema.partial(), result: settingsSchema },
  'layout.update': { params: layoutSchema, result: done },

  'projects.open': { params: z.object({ path }), result: projectSchema },
  'projects.forget': { params: z.object({ path }), result: done },
  'projects.readDockerfile': { params: file, result: dockerfileTextSchema },
  /** Fails with `conflict` when the file is no longer at `revision`; an absent revision overwrites. */
  'projects.saveDockerfile': {
    params: file.extend({ text: z.string(), revision: z.string().optional() }),
    result: z.object({ revision: z.string() }),
  },
  /** Keeps unsaved text; an absent text drops the draft. */
  'projects.saveDraft': {
    params: file.extend({ text: z.string().optional(), revision: z.string() }),
    result: done,
  },
  /**
   * The entries of a folder of the build context whose names begin like the end of `prefix`: `src/ma` asks for what
   * in `src` begins with `ma`. A folder that isn't there, or lies outside of the project, holds nothing.
   */
  'projects.listContext': {
    params: file.extend({ prefix: z.string().max(4096) }),
    result: contextListingSchema,
  },
  'projects.buildSettings': {
    params: file,
    result: z.object({ settings: keptBuildSettingsSchema, builder: z.string().optional() }),
  },
  'projects.saveBuildSettings': {
    params: file.extend({ settings: keptBuildSettingsSchema, builder: z.string().optional() }),
    result: done,
  },

  'builders.drivers': { params: nothing, result: z.array(driverDescriptionSchema) },
  'builders.dockerContexts': { params: nothing, result: z.array(dockerContextSchema) },
  'builders.create': { params: newBuilderSchema, result: builderSchema },
  /** Dials the endpoint that the form describes, without creating anything. */
  'builders.test': {
    params: newBuilderSchema,
    result: z.object({ version: z.string(), platforms: z.array(z.string()) }),
  },
  /** Checks the text of a buildkitd.toml: its syntax, and the names and kinds of what is in it. */
  'builders.checkConfig': {
    params: z.object({ text: z.string().max(1024 * 1024) }),
    result: z.array(configFindingSchema),
  },
  'builders.append': { params: builderName.extend({ node: newNodeSchema }), result: builderSchema },
  /** Takes a node out of its builder, and what its driver made for it away. */
  'builders.leave': { params: builderName.extend({ node: nodeName }), result: builderSchema },
  /** Fixes a node's platforms; none means that they are detected again. */
  'builders.setPlatforms': {
    params: builderName.extend({ node: nodeName, platforms: z.array(z.string().max(128)).max(64) }),
    result: builderSchema,
  },
  /** Installs emulators on a node's machine, through its engine; what it is doing is the node's `activity`. */
  'builders.installEmulation': {
    params: builderName.extend({ node: nodeName, platforms: z.array(z.string().max(128)).max(64) }),
    result: done,
  },
  /** Fails, and leaves the builder, when what its driver made can't be taken away; `force` forgets it all the same. */
  'builders.remove': {
    params: builderName.extend({ keepState: z.boolean().default(false), force: z.boolean().default(false) }),
    result: done,
  },
  'builders.start': { params: builderName, result: done },
  'builders.stop': { params: builderName, result: done },
  'builders.use': { params: builderName, result: done },
  /** Probes again now instead of waiting for the next round. */
  'builders.refresh': { params: builderName, result: done },

  /**
   * Has BuildKit itself check a Dockerfile's text, for every platform. Asking again about the same Dockerfile cancels
   * what was asked before, which fails with `cancelled`.
   */
  'checks.run': { params: checkRequestSchema, result: checkResultSchema },

  'builds.preflight': { params: buildRequestSchema, result: z.array(preflightFindingSchema) },
  'builds.start': { params: buildRequestSchema, result: buildSummarySchema },
  'builds.cancel': { params: buildId, result: done },
  'builds.get': {
    params: buildId,
    result: z.object({ summary: buildSummarySchema, request: buildRequestSchema }),
  },
  'builds.remove': { params: buildId, result: done },
  /** Asks where to, then writes the log of one platform (all steps of its lane) or the whole. */
  'builds.saveLog': {
    params: buildId.extend({ platform: z.string().optional() }),
    result: z.object({ path: z.string().optional() }),
  },

  /** Asks where to, then writes a drawing of the stage graph there. Without a path the user has cancelled. */
  'graph.export': { params: graphExportSchema, result: z.object({ path: z.string().optional() }) },

  /** Reads an image's documents, but for what is below its attestations' manifests and its layers. */
  'images.inspect': { params: imageSourceSchema, result: imageDocumentSchema },
  'images.catalog': { params: nothing, result: imageCatalogSchema },
  /** Tags of a repository, given by a reference to anything in it. */
  'images.tags': {
    params: z.object({ reference: z.string().min(1).max(1024) }),
    result: z.object({ tags: z.array(z.string()) }),
  },
  /** What a registry's image is made for, as far as that is known at once or found out in a moment. */
  'images.platforms': {
    params: z.object({ reference: z.string().min(1).max(1024) }),
    result: z.object({ platforms: z.array(z.string()) }),
  },
  /** A document of an image: an index, a manifest, a config, a statement. */
  'images.raw': { params: imageContentSchema, result: rawDocumentSchema },
  /** Of the digest of a statement, see `Statement`. */
  'images.provenance': { params: imageContentSchema, result: provenanceSchema },
  'images.sbom': { params: imageContentSchema, result: sbomSchema },
  'images.referrers': { params: imageContentSchema, result: referrersSchema },
  /** Asks where to, then writes a blob there as it is stored. Without a path the user has cancelled. */
  'images.saveBlob': {
    params: imageContentSchema.extend({ size: z.number().min(0) }),
    result: z.object({ path: z.string().optional() }),
  },
  /** Rows of a tree whose `images.fileTree` is open. */
  'images.fileRows': { params: fileRowsRequestSchema, result: fileRowsSchema },
  'images.fileContent': { params: fileOfTreeSchema, result: fileContentSchema },
  /** Asks where to, then writes a file of a tree there, whatever its size. */
  'images.saveFile': { params: fileOfTreeSchema, result: z.object({ path: z.string().optional() }) },
  /** What `images.createIndex` would store; nothing is changed. */
  'images.planIndex': { params: newIndexSchema, result: indexPlanSchema },
  /** Fails with `conflict` when the tag stands for something else by now. */
  'images.deleteTag': { params: tagDeletionSchema, result: done },

  'dialogs.chooseFolder': {
    params: z.object({ title: z.string().max(200), startAt: z.string().max(4096).optional() }),
    result: z.object({ path: z.string().optional() }),
  },
  'dialogs.chooseFile': {
    params: z.object({ title: z.string().max(200), startAt: z.string().max(4096).optional() }),
    result: z.object({ path: z.string().optional() }),
  },
  'dialogs.chooseSavePath': {
    params: z.object({ title: z.string().max(200), startAt: z.string().max(4096).optional() }),
    result: z.object({ path: z.string().optional() }),
  },
  /** Shows a build's output in the file browser. Only outputs of builds can be shown. */
  'outputs.reveal': { params: buildId, result: done },
  'clipboard.write': { params: z.object({ text: z.string().max(64 * 1024 * 1024) }), result: done },
  /** The page reports a defect of its own, so that it reaches the log. */
  'app.reportError': { params: studioErrorSchema, result: done },
} as const;

export type Procedures = typeof procedures;
export type ProcedureName = keyof Procedures;
export type ProcedureParams<N extends ProcedureName> = z.input<Procedures[N]['params']>;
export type ProcedureResult<N extends ProcedureName> = z.output<Procedures[N]['result']>;
