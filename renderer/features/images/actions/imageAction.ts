/** What a person is about to do with the open image. Platforms are those that are ticked at first; all when absent. */
export type ImageAction =
  | { kind: 'create'; platforms?: string[] }
  | { kind: 'copy'; platforms?: string[] }
  | { kind: 'delete' }
  | { kind: 'run'; platform?: string };
