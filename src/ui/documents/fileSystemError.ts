import * as vscode from 'vscode';
import { isArtifactError } from '../../model/errors';

/** What VS Code shows in place of the editor, or above the document that could not be saved. */
export function fileSystemError(error: unknown, uri: vscode.Uri, explain: (error: unknown) => string): Error {
  if (error instanceof vscode.FileSystemError) {
    return error;
  }
  if (!isArtifactError(error)) {
    return new vscode.FileSystemError(explain(error));
  }
  switch (error.code) {
    case 'notFound':
      return vscode.FileSystemError.FileNotFound(uri);
    case 'signInNeeded':
    case 'forbidden':
    case 'noAccess':
      return vscode.FileSystemError.NoPermissions(explain(error));
    case 'invalid':
      // VS Code quotes the error with its name in a message of its own; a plain one has the shortest name.
      return new Error(explain(error));
    default:
      return vscode.FileSystemError.Unavailable(explain(error));
  }
}
