/** What an asset is, by its extension: seed 004's table, and what ML projects hold beside it. */
export type AssetType = 'model' | 'onnx' | 'configuration' | 'plot' | 'data' | 'report' | 'code' | 'notebook' | 'archive' | 'unknown';

interface TypeFacts {
  readonly extensions: readonly string[];
  /** Codicon id. */
  readonly icon: string;
}

const ASSET_TYPES: Readonly<Record<AssetType, TypeFacts>> = {
  model: {
    extensions: ['pkl', 'pickle', 'joblib', 'pt', 'pth', 'ckpt', 'h5', 'hdf5', 'keras', 'safetensors', 'bin', 'gguf', 'tflite', 'pb', 'mlmodel', 'model'],
    icon: 'circuit-board',
  },
  onnx: { extensions: ['onnx'], icon: 'circuit-board' },
  configuration: { extensions: ['json', 'yaml', 'yml', 'toml', 'ini', 'cfg', 'conf', 'env'], icon: 'settings' },
  plot: { extensions: ['png', 'svg', 'jpg', 'jpeg', 'gif', 'webp'], icon: 'graph' },
  data: {
    extensions: ['csv', 'tsv', 'parquet', 'arrow', 'feather', 'jsonl', 'ndjson', 'npy', 'npz', 'tfrecord', 'avro', 'orc', 'xlsx', 'sqlite', 'db'],
    icon: 'table',
  },
  report: { extensions: ['txt', 'md', 'rst', 'html', 'pdf', 'log'], icon: 'book' },
  code: { extensions: ['py', 'r', 'jl', 'sh', 'sql', 'js', 'ts', 'c', 'cpp', 'rs', 'go', 'java', 'scala'], icon: 'code' },
  notebook: { extensions: ['ipynb'], icon: 'notebook' },
  archive: { extensions: ['zip', 'tar', 'gz', 'tgz', 'bz2', 'xz', 'zst', '7z'], icon: 'file-zip' },
  unknown: { extensions: [], icon: 'file' },
};

const byExtension = new Map<string, AssetType>(
  (Object.keys(ASSET_TYPES) as AssetType[]).flatMap((type) => ASSET_TYPES[type].extensions.map((extension) => [extension, type] as const)),
);

/** By the last extension of the path's last segment, without regard to case. */
export function assetType(path: string): AssetType {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? 'unknown' : (byExtension.get(name.slice(dot + 1).toLowerCase()) ?? 'unknown');
}

export const assetIcon = (type: AssetType): string => ASSET_TYPES[type].icon;

/** The words that people give artifacts as type, offered first, each with its codicon. */
export const ARTIFACT_TYPES = ['dataset', 'model', 'checkpoint', 'plot', 'configuration', 'report', 'code', 'data'] as const;

const ARTIFACT_ICONS: Readonly<Record<string, string>> = {
  dataset: 'database',
  model: 'circuit-board',
  checkpoint: 'save',
  plot: 'graph',
  configuration: 'settings',
  report: 'book',
  code: 'code',
  data: 'file-binary',
};

export const artifactIcon = (type: string): string => ARTIFACT_ICONS[type.toLowerCase()] ?? 'package';

const GUESS: Readonly<Record<AssetType, string>> = {
  model: 'model',
  onnx: 'model',
  configuration: 'configuration',
  plot: 'plot',
  data: 'dataset',
  report: 'report',
  code: 'code',
  notebook: 'code',
  archive: 'data',
  unknown: 'data',
};

/**
 * The artifact type that the files suggest: the type that holds most bytes, where a model outweighs all else, because weights
 * come with configuration, plots and a sample of data, and stay a model.
 */
export function guessArtifactType(files: Iterable<{ readonly path: string; readonly size: number }>): string {
  const bytes = new Map<string, number>();
  for (const { path, size } of files) {
    const type = assetType(path);
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    const guess = type === 'model' && /\.ckpt$|checkpoint/u.test(name) ? 'checkpoint' : GUESS[type];
    // A file of no bytes still votes.
    bytes.set(guess, (bytes.get(guess) ?? 0) + size + 1);
  }
  for (const strong of ['checkpoint', 'model']) {
    if (bytes.has(strong)) {
      return strong;
    }
  }
  return [...bytes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'data';
}
