import type * as vscode from 'vscode';
import type { Branch, Node } from './nodes';

/** What VS Code has been given of the tree, as far as can be told from here. */
export class ShownRows {
  /** Ids. VS Code tells of the row that a person closes, but not of those that *Collapse All* does. */
  private readonly open = new Set<string>();
  private readonly texts = new WeakMap<Node, string>();

  /** Its rows were asked for. */
  opened(branch: Branch): void {
    this.open.add(branch.id);
  }

  closed(node: Node): void {
    this.open.delete(node.id);
  }

  /** Whether its rows may be looked at. */
  isOpen(branch: Branch): boolean {
    return this.open.has(branch.id);
  }

  drawn(node: Node, item: vscode.TreeItem): vscode.TreeItem {
    this.texts.set(node, textOf(item));
    return item;
  }

  /** Whether a row that was drawn would read otherwise now. */
  differs(node: Node, item: vscode.TreeItem): boolean {
    const before = this.texts.get(node);
    return before !== undefined && before !== textOf(item);
  }

  clear(): void {
    this.open.clear();
  }
}

const textOf = ({ label, description, contextValue }: vscode.TreeItem): string => JSON.stringify([label, description, contextValue]);
