import { execFile } from 'node:child_process';
import * as os from 'node:os';
import * as vscode from 'vscode';
import { unsupported } from '../../model/errors';
import { cancelled } from '../prompts';

/** What we use of the API of the extension `ms-python.python`. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: { readonly path: string }): Promise<{ readonly executable: { readonly uri?: vscode.Uri | undefined } } | undefined>;
  };
}

const PATIENCE_MS = 60_000;
const MISSING = 3;
/** Looks without importing, which takes seconds. */
const CHECK = `import importlib.util, sys; sys.exit(0 if importlib.util.find_spec("mlflow") else ${MISSING})`;

/** The Python that is set for the folder, and that has MLflow; throws `unsupported` with what to do where there is none. */
export async function mlflowPython(folder: string, signal: AbortSignal): Promise<string> {
  const uri = vscode.Uri.file(folder);
  const chosen = await activeEnvironment(uri) ?? defaultInterpreter(uri);
  const candidates = chosen === undefined ? (process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python']) : [chosen];
  let without: string | undefined;
  for (const python of candidates) {
    const found = await look(python, folder, signal);
    if (found === 'has MLflow') {
      return python;
    }
    without ??= found === 'lacks MLflow' ? python : undefined;
  }
  throw unsupported(without === undefined
    ? vscode.l10n.t('Python was not found ({0}). Install it, or choose another interpreter, and try again.', candidates.join(', '))
    : vscode.l10n.t('MLflow is not installed for the Python of this folder. Run “{0}”, or choose another interpreter, and try again.', `${quoted(without)} -m pip install mlflow`));
}

async function look(python: string, folder: string, signal: AbortSignal): Promise<'has MLflow' | 'lacks MLflow' | 'no Python'> {
  return new Promise((resolve, reject) => {
    execFile(python, ['-c', CHECK], { cwd: folder, signal, timeout: PATIENCE_MS, windowsHide: true }, (error) => {
      if (error === null) {
        resolve('has MLflow');
      } else if (signal.aborted) {
        reject(cancelled());
      } else {
        resolve(error.code === MISSING ? 'lacks MLflow' : 'no Python');
      }
    });
  });
}

/** What the Python extension has chosen, where there is one. */
async function activeEnvironment(folder: vscode.Uri): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<Partial<PythonApi>>('ms-python.python');
  if (extension === undefined) {
    return undefined;
  }
  const { environments } = extension.isActive ? extension.exports : await extension.activate();
  if (environments === undefined) {
    return undefined;
  }
  const active = environments.getActiveEnvironmentPath(folder);
  // The path of an environment is not always that of its executable.
  return (await environments.resolveEnvironment(active))?.executable.uri?.fsPath ?? active.path;
}

/** What the setting names; `python`, its default, is as good as none. */
function defaultInterpreter(folder: vscode.Uri): string | undefined {
  const setting: unknown = vscode.workspace.getConfiguration('python', folder).get('defaultInterpreterPath');
  if (typeof setting !== 'string' || ['', 'python', 'python3'].includes(setting.trim())) {
    return undefined;
  }
  const root = vscode.workspace.getWorkspaceFolder(folder)?.uri.fsPath ?? folder.fsPath;
  return setting.trim()
    .replaceAll('${workspaceFolder}', () => root)
    .replaceAll('${userHome}', () => os.homedir())
    .replaceAll(/\$\{env:(\w+)\}/gu, (_, name: string) => process.env[name] ?? '')
    .replace(/^~(?=[/\\])/u, () => os.homedir());
}

const quoted = (command: string): string => (/\s/u.test(command) ? `"${command}"` : command);
