import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as path from 'node:path';

export type Variables = Readonly<Record<string, string | undefined>>;
export type Settings = Readonly<Record<string, string | undefined>>;

export interface Profiles {
  /** The profile that `AWS_PROFILE` names, or `default`. */
  readonly current: string;
  profile(name: string): Settings | undefined;
  ssoSession(name: string): Settings | undefined;
}

/** AWS's two files of settings; missing ones are empty. */
export async function readProfiles(variables: Variables): Promise<Profiles> {
  const folder = awsFolder(variables);
  const [config, credentials] = await Promise.all([
    sectionsOf(variables['AWS_CONFIG_FILE'] ?? path.join(folder, 'config')),
    sectionsOf(variables['AWS_SHARED_CREDENTIALS_FILE'] ?? path.join(folder, 'credentials')),
  ]);
  return {
    current: variables['AWS_PROFILE'] ?? variables['AWS_DEFAULT_PROFILE'] ?? 'default',
    profile(name) {
      const own = config.get(`profile ${name}`) ?? (name === 'default' ? config.get('default') : undefined);
      const secret = credentials.get(name);
      return own === undefined && secret === undefined ? undefined : { ...own, ...secret };
    },
    ssoSession: (name) => config.get(`sso-session ${name}`),
  };
}

/** Where AWS's tools keep their files. */
export const awsFolder = (variables: Variables): string => path.join(variables['HOME'] ?? homedir(), '.aws');

async function sectionsOf(file: string): Promise<ReadonlyMap<string, Settings>> {
  return parseSections(await readFile(file, 'utf8').catch(() => ''));
}

/** Indented lines belong to the setting above them and hold nothing that we use. */
export function parseSections(text: string): ReadonlyMap<string, Settings> {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/u)) {
    const name = /^\[\s*([^\]]+?)\s*\]/u.exec(line)?.[1]?.replace(/\s+/gu, ' ');
    if (name !== undefined) {
      current = sections.get(name) ?? {};
      sections.set(name, current);
      continue;
    }
    const [, key, value] = /^([^\s#;=][^=]*?)\s*=\s*(.*?)\s*$/u.exec(line) ?? [];
    if (current !== undefined && key !== undefined && value !== undefined) {
      current[key.toLowerCase()] = value.replace(/\s+[#;].*$/u, '');
    }
  }
  return sections;
}
