import * as vscode from 'vscode';
import { nameProblem } from '../../model/reference';
import type { ProviderKind } from '../../providers/provider';
import type { ConnectionSettings } from '../../providers/registry';
import { BACK, type Choice, type Prompts, SKIPPED } from '../prompts';
import { addressOf } from '../servers';
import type { Services } from '../services';
import { flash } from '../statusBar';
import { walk } from '../steps';
import { ConnectionAnswers, readAnswers } from './answers';
import { allowUnencrypted, checkStep } from './checkServer';
import { credentialsIn, type Draft, draftOf, likelyName, proposedName, settingsOf } from './connectionDraft';
import { KINDS } from './connectionKinds';
import type { Invocation } from './invocation';
import { paths } from './logTargets';
import { anyAddress, cometAddressStep, cometSettings, keyStep, typedKey } from './cometSteps';
import { matihAddressStep, matihSettings, readFromStep, tenantStep, tokenSteps } from './matihSteps';
import { addressStep, mlflowSettings, signInSteps, type Step } from './serverSteps';

/**
 * `artifacts.addConnection({kind: 'local', name, path})`, `({kind: 'mlflow', name, url, username?, secret?, workspace?, experiment?})`,
 * `({kind: 'comet', name, url?, secret, workspace?, project?})`, or
 * `({kind: 'matih', name, url, tenant, secret?, readFrom?, experiment?, profile?})`.
 * What is given is not asked for, and a server is only called when a person is there to be told. Answers the settings without the secret.
 */
export async function addConnection(services: Services, { answers: given, prompts }: Invocation): Promise<ConnectionSettings> {
  const answers = readAnswers(ConnectionAnswers, given);
  const draft = draftOf(answers);
  const title = vscode.l10n.t('Add Connection');
  await walk(steps(services, prompts, draft).map((step) => (canGoBack) => step({ title, canGoBack })));
  const credentials = credentialsIn(draft);
  const settings = settingsOf(draft);
  if (settings.kind !== 'local' && !('confirm' in answers && answers.confirm === false)) {
    await allowUnencrypted(prompts, { mlflow: draft.server, comet: draft.comet, matih: draft.matih }[settings.kind], addressOf(settings));
  }
  await services.connections.add(settings);
  // Only now: a secret without a connection would be one that nobody removes.
  if (credentials !== undefined) {
    await services.secrets.store(settings, credentials);
  }
  if (prompts.asked) {
    flash(vscode.l10n.t('Added {0}', settings.name));
    // What was added is there to look at, wherever the command was called.
    services.tree.reveal({ connection: settings.name }, { focus: true })
      .catch((error: unknown) => services.log.warn(`the connection could not be revealed: ${String(error)}`));
  }
  return settings;
}

/** Each asks for what nobody has said yet. */
function steps(services: Services, prompts: Prompts, draft: Draft): readonly Step[] {
  const { kind, name, path: folder, server: { url }, comet: { secret: key }, matih } = draft;
  // Who gave the address has said all that there is to say.
  const { url: place, tenant } = matih;
  const only = (when: () => boolean, step: Step): Step => async (frame) => (when() ? step(frame) : SKIPPED);
  const ofServer = (step: Step): Step => only(() => draft.kind === 'mlflow', step);
  const ofComet = (step: Step): Step => only(() => draft.kind === 'comet', step);
  const ofMatih = (step: Step): Step => only(() => draft.kind === 'matih', step);
  return [
    only(() => kind === undefined, kindStep(prompts, draft)),
    only(() => draft.kind === 'local' && folder === undefined, folderStep(prompts, draft)),
    ofServer(only(() => url === undefined, addressStep(prompts, draft.server))),
    ...signInSteps(prompts, draft.server).map((step) => ofServer(only(() => draft.server.signInKnown !== true, step))),
    ofComet(only(() => key === undefined, keyStep(prompts, draft.comet))),
    ofComet(cometAddressStep(prompts, draft.comet)),
    ofMatih(only(() => place === undefined, matihAddressStep(prompts, matih))),
    ofMatih(only(() => tenant === undefined, tenantStep(prompts, matih))),
    ...[...tokenSteps(prompts, matih), readFromStep(prompts, matih)].map((step) => ofMatih(only(() => place === undefined, step))),
    only(() => name === undefined, nameStep(services, prompts, draft)),
    ofServer(only(() => prompts.asked, checkStep({
      services, prompts, draft: draft.server, settings: () => mlflowSettings(draft.name ?? '', draft.server),
      changes: { address: [addressStep(prompts, draft.server)], signIn: signInSteps(prompts, draft.server) },
    }))),
    ofComet(only(() => prompts.asked, checkStep({
      services, prompts, draft: draft.comet, settings: () => cometSettings(draft.name ?? '', draft.comet),
      changes: { address: [anyAddress(prompts, draft.comet)], signIn: [typedKey(prompts, draft.comet)] },
    }))),
    ofMatih(only(() => prompts.asked, checkStep({
      services, prompts, draft: matih, settings: () => matihSettings(draft.name ?? '', matih),
      changes: { address: [matihAddressStep(prompts, matih), tenantStep(prompts, matih)], signIn: tokenSteps(prompts, matih) },
    }))),
  ];
}

function kindStep(prompts: Prompts, draft: Draft): Step {
  return async (frame) => {
    const rows = Object.entries(KINDS).map(([kind, { icon, label, description }]): Choice<ProviderKind> =>
      ({ label: `$(${icon}) ${label()}`, description: description(), value: kind as ProviderKind }));
    const chosen = await prompts.pick<ProviderKind>(
      { ...frame, placeholder: vscode.l10n.t('Where are the artifacts kept?') },
      (pick) => pick.show(rows, rows.find((row) => row.value === (draft.kind ?? 'mlflow'))),
    );
    if (chosen === BACK) {
      return BACK;
    }
    draft.kind = chosen;
    return undefined;
  };
}

function folderStep(prompts: Prompts, draft: Draft): Step {
  return async () => {
    const [folder] = paths(await prompts.openDialog({
      title: vscode.l10n.t('Folder of the Store'), openLabel: vscode.l10n.t('Use This Folder'), canSelectFiles: false, canSelectFolders: true,
    }));
    draft.path = folder;
    return undefined;
  };
}

function nameStep(services: Services, prompts: Prompts, draft: Draft): Step {
  return async (frame) => {
    const taken = new Set(services.connections.all.map((each) => each.name));
    const typed = await prompts.input({
      ...frame,
      prompt: vscode.l10n.t('Name of the connection, as the tree shows it'),
      value: draft.name ?? proposedName(likelyName(draft), taken),
      problem: (text) => nameProblem(text.trim()) ?? (taken.has(text.trim()) ? vscode.l10n.t('This name is in use.') : undefined),
    });
    if (typed === BACK) {
      return BACK;
    }
    draft.name = typed.trim();
    return undefined;
  };
}
