import * as vscode from 'vscode';
import { invalid, serverFault } from '../../model/errors';
import type { MlflowFolder } from './mlflowFolder';

/** Why a server did not start, by the end of what it said. What a person can do about it stands there, but for what often happens. */
export function startFailure(said: string, { folder, backend }: MlflowFolder, python: string): Error {
  if (said.includes('Can\'t locate revision')) {
    return invalid(vscode.l10n.t('The database was made by a newer MLflow. Run “{0}”, or choose another interpreter, and try again.', `${python} -m pip install --upgrade mlflow`));
  }
  return said.includes('mlflow db upgrade')
    ? invalid(vscode.l10n.t('The database was made by an older MLflow. Back it up, run “{0}” in {1}, and try again.', `${python} -m mlflow db upgrade ${backend}`, folder))
    : serverFault(vscode.l10n.t('MLflow did not start; the output “MLflow Server” says why'));
}
