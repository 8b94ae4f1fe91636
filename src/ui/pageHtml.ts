import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** What a page may load. */
export const pageOptions = (extension: vscode.Uri): vscode.WebviewOptions => ({
  enableScripts: true,
  localResourceRoots: [vscode.Uri.joinPath(extension, 'dist'), vscode.Uri.joinPath(extension, 'media')],
});

/** Which of the pages the script is to draw. */
export type PageKind = 'details' | 'runTable' | 'comparison';

/** The empty page: one script and one style sheet of ours. What it shows comes by message, never as markup. */
export function pageHtml(webview: vscode.Webview, extension: vscode.Uri, page: PageKind): string {
  const nonce = randomBytes(18).toString('base64url');
  const file = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', name)).toString();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource}; font-src ${webview.cspSource};`;
  return `<!DOCTYPE html>
<html lang="${vscode.env.language.replace(/[^\w-]/gu, '')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file('webview.css')}">
<script defer nonce="${nonce}" src="${file('webview.js')}"></script>
</head>
<body data-page="${page}"></body>
</html>
`;
}
