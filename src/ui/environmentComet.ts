import { serverOf } from '../providers/comet/key';
import { serverAddress } from './serverAddress';

/** What the environment, or Comet's own file in the home folder, says about a connection to Comet. */
export interface EnvironmentComet {
  readonly key: string;
  readonly from: 'environment' | 'file';
  /** Root of the server; absent where the key, or nobody, says it. */
  readonly url?: string | undefined;
  readonly workspace?: string | undefined;
  readonly project?: string | undefined;
}

/** Nothing without a key. As in Comet's own client, a variable wins over the same line of the file; `file` is the text of `~/.comet.config`. */
export function environmentComet(environment: Readonly<NodeJS.ProcessEnv>, file = ''): EnvironmentComet | undefined {
  const lines = cometLines(file);
  const text = (variable: string, line: string): string | undefined => environment[variable]?.trim() || lines.get(line) || undefined;
  const key = text('COMET_API_KEY', 'api_key');
  const address = serverAddress(text('COMET_URL_OVERRIDE', 'url_override') ?? '');
  if (key === undefined) {
    return undefined;
  }
  const [workspace, project] = [text('COMET_WORKSPACE', 'workspace'), text('COMET_PROJECT_NAME', 'project_name')];
  return {
    key,
    from: environment['COMET_API_KEY']?.trim() ? 'environment' : 'file',
    ...(!('problem' in address) && { url: serverOf(address.url, undefined) }),
    ...(workspace !== undefined && { workspace }),
    ...(project !== undefined && { project }),
  };
}

/** `name = value` below `[comet]`. */
function cometLines(file: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  let section = '';
  for (const line of file.split(/\r?\n/u)) {
    section = /^\s*\[([^\]]*)\]/u.exec(line)?.[1]?.trim() ?? section;
    const [, name, value = ''] = /^\s*([^#;=\s[][^=]*?)\s*=(.*)$/u.exec(line) ?? [];
    if (name !== undefined && section === 'comet') {
      lines.set(name.toLowerCase(), value.trim().replace(/^(["'])(.*)\1$/u, '$2'));
    }
  }
  return lines;
}
