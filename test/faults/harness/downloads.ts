/** What is downloaded while somebody kills the process. */
export const DOWNLOADED: readonly { readonly path: string; readonly size: number }[] = [
  { path: 'weights.bin', size: 24 * 2 ** 20 + 17 },
  ...Array.from({ length: 4 }, (_, index) => ({ path: `shards/${index}.bin`, size: 200_000 + index })),
  ...Array.from({ length: 12 }, (_, index) => ({ path: `notes/${index}.txt`, size: index * 100 })),
];

export const textOfDownload = ({ path, size }: { readonly path: string; readonly size: number }): string => `${path}\n`.repeat(Math.ceil(size / (path.length + 1))).slice(0, size);
