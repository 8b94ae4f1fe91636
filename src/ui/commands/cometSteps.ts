import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { invalid } from '../../model/errors';
import { COMET } from '../../providers/comet/key';
import type { CometSettings } from '../../providers/registry';
import { environmentComet, type EnvironmentComet } from '../environmentComet';
import { escapeIcons } from '../foreignText';
import { BACK, type Choice, type Prompts, SKIPPED } from '../prompts';
import { serverAddress, shortAddress } from '../serverAddress';
import { addressOf } from '../servers';
import type { Credentials } from '../services';
import type { Sent } from './checkServer';
import { addressProblem, keyProblem } from './serverProblems';
import type { Step } from './serverSteps';

/** A connection to Comet while a person describes it. */
export interface CometDraft extends Sent {
  /** Of a server of one's own; without it the one that the key names, or Comet's. */
  url?: string | undefined;
  /** The API key. */
  secret?: string | undefined;
  workspace?: string | undefined;
  project?: string | undefined;
  /** It came with what said the key, or with the call: nobody has to be asked. */
  placeKnown?: boolean | undefined;
}

const TYPED = Symbol('typed');

/** An API key: what the environment or Comet's own file has comes first, with all that it says beside the key and that nobody has given. */
export const keyStep = (prompts: Prompts, draft: CometDraft): Step => {
  const given = { ...draft };
  return async (frame) => {
    const known = environmentComet(process.env, await configFile());
    if (known === undefined || keyProblem(known.key) !== undefined) {
      return typedKey(prompts, draft)(frame);
    }
    const rows: readonly Choice<EnvironmentComet | typeof TYPED>[] = [
      { label: `$(key) ${known.from === 'file' ? vscode.l10n.t('From {0}', '~/.comet.config') : vscode.l10n.t('From the environment: {0}', 'COMET_API_KEY')}`, description: escapeIcons(aboutOf(known)), value: known },
      { label: `$(edit) ${vscode.l10n.t('Another API Key…')}`, value: TYPED },
    ];
    for (;;) {
      const chosen = await prompts.pick<EnvironmentComet | typeof TYPED>({ ...frame, placeholder: vscode.l10n.t('Which API key of Comet?') }, (pick) => pick.show(rows));
      if (chosen === BACK) {
        return BACK;
      }
      if (chosen !== TYPED) {
        const { key, url, workspace, project } = chosen;
        Object.assign(draft, { secret: key, url: given.url ?? url, workspace: given.workspace ?? workspace, project: given.project ?? project, placeKnown: true });
        return undefined;
      }
      const { url, workspace, project, placeKnown } = given;
      Object.assign(draft, { url, workspace, project, placeKnown });
      if (await typedKey(prompts, draft)({ ...frame, canGoBack: true }) !== BACK) {
        return undefined;
      }
    }
  };
};

/** Asks for a key and for nothing else. */
export const typedKey = (prompts: Prompts, draft: CometDraft): Step => async (frame) => {
  const key = await prompts.input({
    ...frame,
    password: true,
    prompt: vscode.l10n.t('API key, from your account settings in Comet'),
    value: draft.secret,
    problem: (text) => keyProblem(text.trim()),
  });
  if (key === BACK) {
    return BACK;
  }
  draft.secret = key.trim();
  return undefined;
};

/** Comet's own server, or one of one's own; a key that names its server has answered this. */
export const cometAddressStep = (prompts: Prompts, draft: CometDraft): Step => async (frame) => {
  if (draft.placeKnown === true || draft.secret?.includes('*') === true) {
    return SKIPPED;
  }
  return anyAddress(prompts, draft)(frame);
};

/** Any address can be typed. */
export const anyAddress = (prompts: Prompts, draft: CometDraft): Step => async (frame) => {
  const usual: Choice<string> = { label: `$(cloud) ${shortAddress(COMET)}`, value: COMET };
  const placeholder = vscode.l10n.t('Enter for comet.com, or the address of your own Comet server');
  const chosen = await prompts.pick<string>({ ...frame, placeholder, value: draft.url }, (pick) => {
    const show = (): void => pick.show(pick.typed.trim() === '' ? [usual] : [typedRow(pick.typed), usual]);
    pick.onType(show);
    show();
  });
  if (chosen === BACK) {
    return BACK;
  }
  draft.url = chosen;
  return undefined;
};

/** Without the key. A server that the key names is written down, so that the tree can say where the connection leads. */
export function cometSettings(name: string, { url, secret, workspace, project }: CometDraft): CometSettings {
  const place = addressOf({ kind: 'comet', name, url }, secret);
  return {
    kind: 'comet',
    name,
    ...(place !== COMET && { url: place }),
    ...(workspace !== undefined && { workspace }),
    ...(project !== undefined && { project }),
  };
}

/** A key that cannot be sent is `invalid`. */
export function keyOf({ secret = '' }: CometDraft): Credentials {
  const problem = keyProblem(secret);
  if (problem !== undefined) {
    throw invalid(problem);
  }
  return { secret };
}

function typedRow(typed: string): Choice<string> {
  const address = serverAddress(typed);
  if ('problem' in address) {
    return { label: `$(warning) ${addressProblem(typed) ?? ''}`, alwaysShow: true };
  }
  // People copy the address that Comet's Python client wants, with a path at its end that is not the server's.
  const url = addressOf({ kind: 'comet', name: '', url: address.url });
  return { label: `$(server) ${escapeIcons(url)}`, alwaysShow: true, value: url };
}

function aboutOf({ key, url, workspace }: EnvironmentComet): string {
  const place = shortAddress(addressOf({ kind: 'comet', name: '', url }, key));
  return workspace === undefined ? place : `${place} · ${vscode.l10n.t('workspace {0}', workspace)}`;
}

/** Most people have none. */
const configFile = (): Promise<string> => fs.readFile(path.join(os.homedir(), '.comet.config'), 'utf8').catch(() => '');
