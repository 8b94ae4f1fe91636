import * as vscode from 'vscode';
import type { Finding, Verification } from '../../providers/upkeep';
import { withoutLinks } from '../messages';
import type { Services } from '../services';
import { readAnswers, StoreAnswers } from './answers';
import type { Invocation } from './invocation';
import { type OpenStore, storeOfCall } from './storeOfCall';
import { extentOf, referenceOf } from './storeWords';
import { verificationReport } from './verificationReport';

export interface VerifyResult {
  readonly versions: number;
  readonly files: number;
  readonly bytes: number;
  readonly findings: readonly {
    readonly problem: 'damaged' | 'missing';
    /** Below the store's folder. */
    readonly file: string;
    /** Of the version that it concerns, or of the artifact where it is about none of its versions. */
    readonly reference?: string | undefined;
    readonly assets: readonly string[];
  }[];
}

/** `artifacts.verifyStore({connection})`: reads every byte of a store against its digest, and says what is damaged. */
export async function verifyStore(services: Services, invocation: Invocation): Promise<VerifyResult> {
  const title = vscode.l10n.t('Verify Artifact Store');
  const store = await storeOfCall(services, invocation, title, readAnswers(StoreAnswers, invocation.answers).connection);
  const verification = await services.transfers.run(vscode.l10n.t('Verifying {0}', store.connection), (call) => store.upkeep.verify(call));
  const { versions, files, bytes, findings } = verification;
  for (const { problem, file, of } of findings) {
    services.log.warn(`${store.connection}: ${file} is ${problem}${of === undefined ? '' : ` (${referenceOf(of)})`}`);
  }
  if (!invocation.byCode) {
    void tell(services, store, verification);
  }
  return { versions, files, bytes, findings: findings.map(({ problem, file, of, assets }) => ({ problem, file, ...(of && { reference: referenceOf(of) }), assets })) };
}

async function tell(services: Services, store: OpenStore, verification: Verification): Promise<void> {
  const { findings } = verification;
  if (findings.length === 0) {
    void vscode.window.showInformationMessage(withoutLinks(vscode.l10n.t('{0} is whole: {1} read and verified.', store.connection, extentOf(verification))));
    return;
  }
  const show = vscode.l10n.t('Show Report');
  if (await vscode.window.showErrorMessage(withoutLinks(damageOf(store.connection, findings)), show) === show) {
    await showReport(services, store, verification);
  }
}

const MOST_NAMES = 3;

function damageOf(connection: string, findings: readonly Finding[]): string {
  const files = new Set(findings.map(({ file }) => file)).size;
  const damage = files === 1 ? vscode.l10n.t('1 file of {0} is damaged or missing.', connection) : vscode.l10n.t('{0} files of {1} are damaged or missing.', files, connection);
  const names = [...new Set(findings.flatMap(({ of }) => (of === undefined ? [] : [referenceOf(of)])))];
  const some = [...names.slice(0, MOST_NAMES), ...(names.length > MOST_NAMES ? [vscode.l10n.t('{0} more', names.length - MOST_NAMES)] : [])].join(', ');
  return names.length === 0 ? damage : `${damage} ${vscode.l10n.t('They belong to: {0}. All else is whole.', some)}`;
}

/** A file beside the log, so that it can be kept and sent, and closes without a question. */
async function showReport({ context }: Services, store: OpenStore, verification: Verification): Promise<void> {
  const file = vscode.Uri.joinPath(context.logUri, `${store.connection.replaceAll(/[^\p{L}\p{N} _-]+/gu, '_')} verified.txt`);
  await vscode.workspace.fs.createDirectory(context.logUri);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(verificationReport(store, verification, Date.now())));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file), { preview: true });
}
