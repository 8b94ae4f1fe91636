import * as vscode from 'vscode';
import type { Asset } from '../../model/artifact';
import { isSyncedOnGoogle, syncedObject } from '../../providers/remoteLinks';
import { escapeIcons } from '../foreignText';
import { withoutLinks } from '../messages';

type Linked = Pick<Asset, 'path' | 'link' | 'metadata'>;

interface Deed {
  readonly label: string;
  readonly act: () => Thenable<unknown>;
}

/** A link is any string that somebody wrote: only web addresses open, only after a look at them; everything else can be copied. */
export async function openLink(asset: Linked, download?: () => Thenable<unknown>): Promise<void> {
  const { link = '' } = asset;
  const address = webAddress(asset);
  const deeds: readonly Deed[] = [
    ...(download === undefined || syncedObject(asset) === undefined ? [] : [{ label: vscode.l10n.t('Download…'), act: download }]),
    ...(address === undefined ? [] : [{ label: vscode.l10n.t('Open in Browser'), act: () => vscode.env.openExternal(address) }]),
    { label: vscode.l10n.t('Copy Link'), act: () => vscode.env.clipboard.writeText(link) },
  ];
  const message = isSyncedOnGoogle(asset)
    ? vscode.l10n.t('Google Cloud Storage cannot be read from here; your browser can, when you are signed in there: {0}', link)
    : vscode.l10n.t('The data of this asset is elsewhere: {0}', address?.toString() ?? link);
  const chosen = await vscode.window.showInformationMessage(withoutLinks(message), ...deeds.map(({ label }) => label));
  await deeds.find(({ label }) => label === chosen)?.act();
}

/** Which of several to look at. */
export async function chooseLink(assets: readonly Linked[]): Promise<void> {
  const [first] = assets;
  const rows = assets.map((asset) => ({ label: `$(link) ${escapeIcons(asset.path)}`, description: escapeIcons(asset.link ?? ''), asset }));
  const chosen = assets.length > 1 ? (await vscode.window.showQuickPick(rows, { placeHolder: vscode.l10n.t('Which link?'), matchOnDescription: true }))?.asset : first;
  if (chosen !== undefined) {
    await openLink(chosen);
  }
}

function webAddress(asset: Linked): vscode.Uri | undefined {
  try {
    const url = new URL(isSyncedOnGoogle(asset) ? googleAddress(asset.link ?? '') : asset.link ?? '');
    return ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '' ? vscode.Uri.parse(url.href, true) : undefined;
  } catch {
    return undefined;
  }
}

/** Where Google's own login opens an object. */
const googleAddress = (link: string): string => `https://storage.cloud.google.com/${link.slice('gs://'.length).split('/').map(encodeURIComponent).join('/')}`;
