import type { Asset } from './artifact';

const MOST_BYTES = 2_000_000;

/** Kinds of data and reports that are no text. */
const BINARY = /\.(?:pdf|parquet|arrow|feather|npy|npz|tfrecord|avro|orc|xlsx|sqlite|db)$/iu;

/** Whether two versions of it can be read side by side, going by its name and size. */
export function isTextLike({ path, type, size, link }: Pick<Asset, 'path' | 'type' | 'size' | 'link'>): boolean {
  if (link !== undefined || size > MOST_BYTES) {
    return false;
  }
  switch (type) {
    case 'configuration':
    case 'code':
    case 'notebook':
      return true;
    case 'data':
    case 'report':
      return !BINARY.test(path);
    case 'plot':
      return /\.svg$/iu.test(path);
    case 'unknown':
      // README, Dockerfile, .gitattributes
      return !/[^/]\.[^/.]+$/u.test(path) || /\.(?:xml|tex|bib|properties|lock|gitignore|dockerfile|m|css|jsonc|json5|proto)$/iu.test(path);
    case 'model':
    case 'onnx':
    case 'archive':
      return false;
  }
}
