import type * as vscode from 'vscode';
import type { Log } from '../model/call';
import type { RemoteObjects } from '../providers/remoteObjects';

/** The user's own buckets, opened when a remote asset first leads there. */
export type RemoteStore = Omit<RemoteObjects, 'dispose'> & vscode.Disposable;

export function createRemoteStore(log: Log): RemoteStore {
  let opened: Promise<RemoteObjects> | undefined;
  const open = (): Promise<RemoteObjects> => {
    opened ??= import(/* webpackChunkName: "remoteObjects" */ '../providers/remoteObjects').then(({ openRemoteObjects }) => openRemoteObjects({ log, variables: process.env }));
    return opened;
  };
  return {
    size: async (asset, call) => (await open()).size(asset, call),
    async *read(asset, start, call) {
      yield* (await open()).read(asset, start, call);
    },
    below: async (link, folder, call) => (await open()).below(link, folder, call),
    dispose: () => void opened?.then((objects) => objects.dispose()),
  };
}
