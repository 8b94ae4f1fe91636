import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const extension = vscode.extensions.getExtension('ml-artifacts.ml-artifacts');

describe('the extension in the editor', () => {
  it('is there and starts', async () => {
    assert.ok(extension);
    await extension.activate();
  });

  it('has registered every command that it declares, and no other', async () => {
    const declared: string[] = extension?.packageJSON.contributes.commands.map((each: { command: string }) => each.command);
    const ours = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('artifacts.') && !/^artifacts\.(?:tree|details)\b/u.test(id));
    assert.deepEqual(ours.sort(), [...declared].sort());
  });

  it('gives every setting its default', () => {
    const properties: Readonly<Record<string, { default: unknown }>> = extension?.packageJSON.contributes.configuration.properties;
    for (const [key, { default: value }] of Object.entries(properties)) {
      assert.deepEqual(vscode.workspace.getConfiguration().inspect(key)?.defaultValue, value, key);
    }
  });
});
