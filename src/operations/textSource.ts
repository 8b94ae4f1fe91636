import type { AssetSource } from '../providers/provider';

/** An asset out of text that is in memory, as UTF-8. */
export function textSource(path: string, text: string): AssetSource {
  const bytes = new TextEncoder().encode(text);
  return {
    path,
    size: bytes.length,
    async *open(start = 0) {
      yield bytes.subarray(start);
    },
  };
}
