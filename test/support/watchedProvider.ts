import type { AssetSource, Provider, VersionWriter } from '../../src/providers/provider';

interface Watch {
  readonly canKeep?: boolean;
  readonly onPut?: (assets: readonly AssetSource[]) => void;
  readonly onRead?: (path: string) => void;
}

/** The same provider, with a look at what it is asked. */
export function watched(provider: Provider, { canKeep = true, onPut, onRead }: Watch): Provider {
  return new Proxy(provider, {
    get: (target, key: keyof Provider) => {
      if (key === 'begin') {
        return async (...args: Parameters<Provider['begin']>): Promise<VersionWriter> => {
          const writer = await target.begin(...args);
          return {
            put: (assets, call) => {
              onPut?.(assets);
              return writer.put(assets, call);
            },
            link: (assets, call) => writer.link(assets, call),
            ...(canKeep && writer.keep && { keep: (from, paths, call) => writer.keep!(from, paths, call) }),
            commit: (call) => writer.commit(call),
            abandon: () => writer.abandon(),
          };
        };
      }
      if (key === 'read') {
        return (...args: Parameters<Provider['read']>) => {
          onRead?.(args[0].path);
          return target.read(...args);
        };
      }
      const value: unknown = target[key];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
