import * as vscode from 'vscode';
import type { Services } from '../services';
import { type Command, runCommand } from './boundary';

/** Every command of package.json. What they do is loaded when the first one is called. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  'artifacts.logArtifact': { load: async () => (await import(/* webpackChunkName: "commands" */ './logArtifact')).logArtifact, needsTrust: true },
  'artifacts.logNewVersion': { load: async () => (await import(/* webpackChunkName: "commands" */ './logArtifact')).logNewVersion, needsTrust: true },
  'artifacts.logSelection': { load: async () => (await import(/* webpackChunkName: "commands" */ './logSelection')).logSelection, needsTrust: true },
  'artifacts.updateVersion': { load: async () => (await import(/* webpackChunkName: "commands" */ './updateVersion')).updateVersion, needsTrust: true },
  'artifacts.registerVersion': { load: async () => (await import(/* webpackChunkName: "commands" */ './registerVersion')).registerVersion, needsTrust: true },
  'artifacts.addRemoteAsset': { load: async () => (await import(/* webpackChunkName: "commands" */ './addRemoteAsset')).addRemoteAsset, needsTrust: true },
  'artifacts.downloadVersion': { load: async () => (await import(/* webpackChunkName: "commands" */ './downloadVersion')).downloadVersion },
  'artifacts.downloadAsset': { load: async () => (await import(/* webpackChunkName: "commands" */ './downloadVersion')).downloadAsset },
  'artifacts.showDetails': { load: async () => (await import(/* webpackChunkName: "commands" */ './showDetails')).showDetails },
  'artifacts.openAsset': { load: async () => (await import(/* webpackChunkName: "commands" */ './openAsset')).openAsset },
  'artifacts.lineage': { load: async () => (await import(/* webpackChunkName: "commands" */ './showDetails')).lineage },
  'artifacts.compareVersions': { load: async () => (await import(/* webpackChunkName: "commands" */ './compareVersions')).compareVersions },
  'artifacts.compareRuns': { load: async () => (await import(/* webpackChunkName: "commands" */ './compareRuns')).compareRuns },
  'artifacts.copyReference': { load: async () => (await import(/* webpackChunkName: "commands" */ './copyReference')).copyReference },
  'artifacts.copyPythonSnippet': { load: async () => (await import(/* webpackChunkName: "commands" */ './pythonSnippet')).copyPythonSnippet },
  'artifacts.insertPythonSnippet': { load: async () => (await import(/* webpackChunkName: "commands" */ './pythonSnippet')).insertPythonSnippet },
  'artifacts.copyLink': { load: async () => (await import(/* webpackChunkName: "commands" */ './copyReference')).copyLink },
  'artifacts.copyVersion': { load: async () => (await import(/* webpackChunkName: "commands" */ './copyVersion')).copyVersion, needsTrust: true },
  'artifacts.setAliases': { load: async () => (await import(/* webpackChunkName: "commands" */ './labels')).setAliases, needsTrust: true },
  'artifacts.setTags': { load: async () => (await import(/* webpackChunkName: "commands" */ './labels')).setTags, needsTrust: true },
  'artifacts.setMetadata': { load: async () => (await import(/* webpackChunkName: "commands" */ './labels')).setMetadata, needsTrust: true },
  'artifacts.deleteVersion': { load: async () => (await import(/* webpackChunkName: "commands" */ './deleteVersion')).deleteVersion, needsTrust: true },
  'artifacts.listArtifacts': { load: async () => (await import(/* webpackChunkName: "commands" */ './listings')).listArtifacts, shape: 'answers', quiet: true },
  'artifacts.listVersions': { load: async () => (await import(/* webpackChunkName: "commands" */ './listings')).listVersions, quiet: true },
  'artifacts.listAssets': { load: async () => (await import(/* webpackChunkName: "commands" */ './listings')).listAssets, quiet: true },
  'artifacts.addConnection': { load: async () => (await import(/* webpackChunkName: "commands" */ './addConnection')).addConnection, shape: 'answers', needsTrust: true },
  'artifacts.removeConnection': { load: async () => (await import(/* webpackChunkName: "commands" */ './connections')).removeConnection, needsTrust: true },
  'artifacts.setDefaultConnection': { load: async () => (await import(/* webpackChunkName: "commands" */ './connections')).setDefaultConnection, needsTrust: true },
  'artifacts.signIn': { load: async () => (await import(/* webpackChunkName: "commands" */ './signIn')).signIn },
  'artifacts.startMlflowServer': { load: async () => (await import(/* webpackChunkName: "commands" */ './mlflowServer')).startMlflowServer, needsTrust: true },
  'artifacts.stopMlflowServer': { load: async () => (await import(/* webpackChunkName: "commands" */ './mlflowServer')).stopMlflowServer },
  'artifacts.verifyStore': { load: async () => (await import(/* webpackChunkName: "commands" */ './verifyStore')).verifyStore, shape: 'answers' },
  'artifacts.freeUpSpace': { load: async () => (await import(/* webpackChunkName: "commands" */ './freeUpSpace')).freeUpSpace, shape: 'answers', needsTrust: true },
  'artifacts.exportVersions': { load: async () => (await import(/* webpackChunkName: "commands" */ './exportVersions')).exportVersions, shape: 'answers' },
  'artifacts.importVersions': { load: async () => (await import(/* webpackChunkName: "commands" */ './importVersions')).importVersions, shape: 'answers', needsTrust: true },
  'artifacts.selectRun': { load: async () => (await import(/* webpackChunkName: "commands" */ './runs')).selectRun, shape: 'answers', needsTrust: true },
  'artifacts.endRun': { load: async () => (await import(/* webpackChunkName: "commands" */ './runs')).endRun, needsTrust: true },
  'artifacts.filter': { load: async () => (await import(/* webpackChunkName: "commands" */ './view')).filter },
  'artifacts.clearFilter': { load: async () => (await import(/* webpackChunkName: "commands" */ './view')).clearFilter },
  'artifacts.refresh': { load: async () => (await import(/* webpackChunkName: "commands" */ './view')).refresh },
  'artifacts.loadMore': { load: async () => (await import(/* webpackChunkName: "commands" */ './view')).loadMore },
  'artifacts.retry': { load: async () => (await import(/* webpackChunkName: "commands" */ './view')).retry },
  'artifacts.revealInTree': { load: async () => (await import(/* webpackChunkName: "commands" */ './view')).revealInTree },
  'artifacts.openInBrowser': { load: async () => (await import(/* webpackChunkName: "commands" */ './openInBrowser')).openInBrowser },
  'artifacts.openCommit': { load: async () => (await import(/* webpackChunkName: "commands" */ './openCommit')).openCommit },
  'artifacts.openSample': { load: async () => (await import(/* webpackChunkName: "commands" */ './openSample')).openSample, shape: 'answers' },
  'artifacts.showTransfers': { load: async () => (await import(/* webpackChunkName: "commands" */ './showTransfers')).showTransfers },
  'artifacts.showLog': { load: async () => (await import(/* webpackChunkName: "commands" */ './view')).showLog },
};

export function registerCommands(services: Services): vscode.Disposable {
  return vscode.Disposable.from(...Object.entries(COMMANDS).map(([id, command]) =>
    vscode.commands.registerCommand(id, (...args: readonly unknown[]) => runCommand(services, id, command, args))));
}
