/** In what an entry of a file tree may differ between columns. */
export const fileDifferences = ['kind', 'size', 'content', 'mode', 'owner', 'time', 'target'] as const;
