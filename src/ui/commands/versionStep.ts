import * as vscode from 'vscode';
import { formatCount } from '../../model/format';
import { type Bump, isVersionNumber, newestFirst } from '../../model/version';
import { findArtifact } from '../../operations/findVersion';
import { escapeIcons } from '../foreignText';
import { BACK, type Back, type Choice, type Frame, type Prompts } from '../prompts';
import type { Compared } from './cargo';
import { artifactRef, type LogChoice } from './logChoice';
import type { Previews } from './previews';

type Chosen = Bump | 'exact';

/** Which number: each bump stands with what it makes. */
export async function versionStep(prompts: Prompts, frame: Frame, choice: LogChoice, previews: Previews): Promise<Back | undefined> {
  const artifact = artifactRef(choice);
  if (artifact === undefined) {
    return BACK;
  }
  for (;;) {
    const placeholder = vscode.l10n.t('Choose the version of {0}', artifact.artifact);
    const chosen = await prompts.pick<Chosen | { readonly exactly: string }>({ ...frame, placeholder }, async (pick) => {
      const next = await choice.provider.nextVersions(artifact, { signal: pick.signal });
      const show = (): void => {
        const rows = rowsOf(next, pick.typed.trim());
        pick.show(rows, rows.find((row) => row.value === choice.usualBump) ?? rows[0]);
      };
      pick.onType(show);
      show();
      previews.whenReady(() => {
        const compared = previews.ready?.compared;
        if (!pick.signal.aborted && compared !== undefined) {
          pick.title = `${frame.title}: ${comparison(compared)}`;
        }
      });
    });
    if (chosen === BACK) {
      return BACK;
    }
    const version = typeof chosen === 'object' ? chosen.exactly : chosen === 'exact' ? await exactNumber(prompts, frame, choice) : chosen;
    if (version !== BACK) {
      choice.version = version;
      return undefined;
    }
  }
}

function rowsOf(next: Readonly<Record<Bump, string>>, typed: string): readonly Choice<Chosen | { readonly exactly: string }>[] {
  const exactRow = { label: vscode.l10n.t('Exact…'), description: vscode.l10n.t('a number of your own'), value: 'exact' as const };
  if (isVersionNumber(typed)) {
    return [{ label: typed, description: vscode.l10n.t('exactly'), value: { exactly: typed }, alwaysShow: true }];
  }
  if (next.major === next.minor) {
    return [{ label: next.major, description: vscode.l10n.t('first version'), value: 'major' }, exactRow];
  }
  return [
    { label: next.major, description: vscode.l10n.t('next major'), value: 'major' },
    { label: next.minor, description: vscode.l10n.t('minor'), value: 'minor' },
    { label: next.patch, description: vscode.l10n.t('patch'), value: 'patch' },
    exactRow,
  ];
}

async function exactNumber(prompts: Prompts, frame: Frame, choice: LogChoice): Promise<string | Back> {
  const artifact = artifactRef(choice);
  const taken: string[] = [];
  // A new artifact has no versions to ask for.
  if (artifact !== undefined && await findArtifact(choice.provider, artifact) !== undefined) {
    for await (const { version } of choice.provider.versions(artifact)) {
      taken.push(version);
    }
  }
  return prompts.input({
    ...frame,
    canGoBack: true,
    prompt: taken.length === 0 ? vscode.l10n.t('Version number') : vscode.l10n.t('Version number; the highest is {0}', newestFirst(taken)[0] ?? ''),
    placeholder: '1.2.3',
    problem: (text) => (!isVersionNumber(text.trim())
      ? vscode.l10n.t('Write a version number such as 2.1.0 or 2.1.0-rc.1.')
      : taken.includes(text.trim()) ? vscode.l10n.t('Version {0} exists already.', text.trim()) : undefined),
  }).then((text) => (text === BACK ? BACK : text.trim()));
}

/** `3 changed, 1 new, 8 the same as 2.1.0`. */
export function comparison({ version, changed, added, same, removed }: Compared): string {
  const count = (value: number): string => formatCount(value, vscode.env.language);
  const parts = [
    ...(changed > 0 ? [vscode.l10n.t('{0} changed', count(changed))] : []),
    ...(added > 0 ? [vscode.l10n.t('{0} new', count(added))] : []),
    ...(removed > 0 ? [vscode.l10n.t('{0} removed', count(removed))] : []),
  ];
  if (parts.length === 0) {
    return vscode.l10n.t('nothing changed since {0}', version);
  }
  const last = same > 0 ? vscode.l10n.t('{0} the same as {1}', count(same), version) : vscode.l10n.t('compared with {0}', version);
  return escapeIcons([...parts, last].join(', '));
}
